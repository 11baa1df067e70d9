import { networkErrorFrom } from "../errors/from-failure";
import { abortError } from "../http/abort";
import { type ByteSource, type ByteStream, openBytes } from "../http/byte-source";
import { type Clock, MAX_TIMER_MS } from "../time/clock";
import { createEventFeed, type EventFeedOptions } from "./event-feed";

/** A stream to read, and how. */
export interface ReadSseOptions extends EventFeedOptions {
  readonly stream: ByteStream;
  /** Longest silence borne; every byte ends it, so heartbeats do. */
  readonly idleTimeoutMs: number;
  readonly clock: Clock;
  /** Ends reading with an `AbortError`; no message is delivered after it aborted. */
  readonly signal: AbortSignal;
}

/**
 * Reads server-sent events until the stream ends or falls silent, and frees its
 * connection in every case.
 *
 * Rejects with a NetworkError when the stream breaks, an InvalidResponseError
 * when an event is too long, and with whatever a callback throws.
 */
export async function readSse(options: ReadSseOptions): Promise<"ended" | "idle"> {
  const { stream, clock, signal, onMessage, onRetry } = options;
  const idleMs = Math.min(options.idleTimeoutMs, MAX_TIMER_MS);
  const source = openBytes(stream);
  const feed = createEventFeed({
    ...options,
    // One chunk can hold many events, and the first may be what makes the caller abort.
    onMessage(event, data) {
      if (!signal.aborted) onMessage(event, data);
    },
    onRetry(ms) {
      if (!signal.aborted) onRetry(ms);
    },
  });
  let idle = false;
  let wake = () => {};
  let timer: unknown;
  const onAbort = () => wake();
  signal.addEventListener("abort", onAbort);
  try {
    for (;;) {
      if (signal.aborted) throw abortError();
      timer = clock.setTimeout(() => {
        idle = true;
        wake();
      }, idleMs);
      const chunk = await new Promise<Uint8Array | undefined>((resolve, reject) => {
        wake = () => resolve(undefined);
        nextChunk(source).then(resolve, reject);
      });
      clock.clearTimeout(timer);
      if (signal.aborted) throw abortError();
      if (idle) return "idle";
      if (chunk === undefined) return "ended";
      feed(chunk);
    }
  } finally {
    clock.clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    source.release();
  }
}

async function nextChunk(source: ByteSource): Promise<Uint8Array | undefined> {
  try {
    return await source.next();
  } catch (error) {
    throw networkErrorFrom(error, "The stream broke off");
  }
}
