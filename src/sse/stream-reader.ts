import { isAuthenticationError } from "../errors/guards";
import { createStreamOpener, type OpenStreamOptions } from "../http/open-stream";
import { readStreamEvent, type StreamMessage } from "../protocol/stream-event";
import { type ReadSseOptions, readSse } from "./read-sse";

/** How the streams of one server are read. */
export interface StreamReaderOptions
  extends OpenStreamOptions,
    Pick<ReadSseOptions, "clock" | "idleTimeoutMs" | "maxEventBytes"> {
  /** Whose stream it is, asked whenever one is opened. */
  readonly userId: () => string | undefined;
}

/** Who hears one stream, until `signal` aborts. */
export interface StreamListener extends Pick<ReadSseOptions, "signal" | "onRetry"> {
  onOpen(): void;
  onMessage(message: StreamMessage): void;
}

/**
 * Opens a stream and reads it to its end, which it names: `unwanted` when the server
 * wants no stream (204), `rekeyed` when the next one should be asked for at once, since
 * it will carry the key another way. Rejects with one of the package's errors, or with
 * an `AbortError`. It does not reconnect.
 */
export type ReadStream = (
  listener: StreamListener,
) => Promise<"unwanted" | "ended" | "idle" | "rekeyed">;

/**
 * Makes the reader of one server's streams. Some servers take the key only from
 * the query: after a 401 that is tried once, and what worked is remembered.
 */
export function createStreamReader(options: StreamReaderOptions): ReadStream {
  const openStream = createStreamOpener(options);
  let keyIn: "header" | "query" = "header";
  /** The query has not worked yet. */
  let isTrial = false;

  async function open(signal: AbortSignal) {
    try {
      const stream = await openStream({ userId: options.userId(), keyIn, signal });
      isTrial = false;
      return stream;
    } catch (error) {
      if (!isAuthenticationError(error)) throw error;
      if (keyIn === "header") {
        keyIn = "query";
        isTrial = true;
        return "rekeyed";
      }
      if (isTrial) keyIn = "header";
      isTrial = false;
      throw error;
    }
  }

  return async ({ signal, onOpen, onRetry, onMessage }) => {
    const stream = await open(signal);
    if (stream === "rekeyed") return stream;
    if (stream === undefined) return "unwanted";
    onOpen();
    const { clock, idleTimeoutMs, maxEventBytes } = options;
    return readSse({
      stream,
      signal,
      clock,
      idleTimeoutMs,
      maxEventBytes,
      onRetry,
      onMessage(event, data) {
        const message = readStreamEvent(event, data);
        if (message !== undefined) onMessage(message);
      },
    });
  };
}
