import { type ReadSseOptions, readSse } from "../../../src/sse/read-sse";
import type { Clock } from "../../../src/time/clock";

/** What a stream was read as. */
export interface Heard {
  readonly messages: [event: string | undefined, data: string][];
  readonly retries: number[];
}

/** Timers that fire when the test says so. */
export interface ManualClock extends Clock {
  /** The delays of the timers that are set right now. */
  pending(): number[];
  /** Fires every timer that is set. */
  fire(): void;
  /** How many timers were ever set. */
  readonly count: number;
}

export function manualClock(): ManualClock {
  const timers = new Map<number, { callback: () => void; ms: number }>();
  let count = 0;
  return {
    now: () => 0,
    monotonic: () => 0,
    setTimeout(callback, ms) {
      count += 1;
      timers.set(count, { callback, ms });
      return count;
    },
    clearTimeout(handle) {
      timers.delete(handle as number);
    },
    pending: () => [...timers.values()].map((timer) => timer.ms),
    fire() {
      for (const [handle, { callback }] of [...timers]) {
        timers.delete(handle);
        callback();
      }
    },
    get count() {
      return count;
    },
  };
}

/** Reads a stream with what a test does not care about filled in. */
export function listen(
  stream: ReadSseOptions["stream"],
  options: Partial<ReadSseOptions> = {},
): Heard & { readonly done: Promise<"ended" | "idle"> } {
  const heard: Heard = { messages: [], retries: [] };
  const done = readSse({
    stream,
    idleTimeoutMs: 60_000,
    maxEventBytes: 100_000,
    clock: manualClock(),
    signal: new AbortController().signal,
    onMessage: (event, data) => heard.messages.push([event, data]),
    onRetry: (ms) => heard.retries.push(ms),
    ...options,
  });
  return { ...heard, done };
}

/** A stream that delivers these chunks and ends. */
export async function* chunksOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** `bytes` cut behind each of these offsets. */
export function cut(bytes: Uint8Array, offsets: readonly number[]): Uint8Array[] {
  const ends = [...offsets].sort((a, b) => a - b).concat(bytes.length);
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A web stream whose other end the test holds. */
export function openStream(): {
  readonly stream: ReadableStream<Uint8Array>;
  send(text: string): void;
  end(): void;
  fail(error: unknown): void;
  /** Whether the reader gave the stream up. */
  readonly cancelled: boolean;
} {
  let cancelled = false;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
    cancel() {
      cancelled = true;
    },
  });
  return {
    stream,
    send: (text) => controller?.enqueue(bytesOf(text)),
    end: () => controller?.close(),
    fail: (error) => controller?.error(error),
    get cancelled() {
      return cancelled;
    },
  };
}

/** Lets everything that is ready run: what was delivered has then been followed by the next read. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
