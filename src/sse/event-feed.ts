import { createParser } from "eventsource-parser";
import { InvalidResponseError } from "../errors/invalid-response-error";
import { createNewlines } from "./newlines";

/** Where the events of a stream go, and how long one may be. */
export interface EventFeedOptions {
  /** Longest data of one event, in bytes. */
  readonly maxEventBytes: number;
  onMessage(event: string | undefined, data: string): void;
  /** The server wishes for this delay before reconnecting. */
  onRetry(ms: number): void;
}

/** `retry:` outside these bounds is a mistake or an attack. */
const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 3_600_000;

/**
 * Makes a function that takes a stream's bytes, cut anywhere, and hands on its
 * events.
 *
 * @throws InvalidResponseError (from the function) when an event is too long; what a callback throws passes through.
 */
export function createEventFeed(options: EventFeedOptions): (chunk: Uint8Array) => void {
  const { maxEventBytes, onMessage, onRetry } = options;
  // Not `fatal`: one bad byte spoils one event. It also takes off a byte order mark.
  const decoder = new TextDecoder();
  const newlines = createNewlines();
  const parser = createParser({
    // Counts UTF-16 units, which are never more than the bytes: it bounds what is held, `onEvent` is exact.
    maxBufferSize: maxEventBytes,
    onEvent({ event, data }) {
      if (exceeds(data, maxEventBytes)) throw tooLong(maxEventBytes);
      onMessage(event, data);
    },
    onRetry(ms) {
      if (ms >= MIN_RETRY_MS && ms <= MAX_RETRY_MS) onRetry(ms);
    },
    onError({ type }) {
      if (type === "max-buffer-size-exceeded") throw tooLong(maxEventBytes);
    },
  });
  return (chunk) => parser.feed(newlines(decoder.decode(chunk, { stream: true })));
}

/** Whether `text` takes more than `limit` bytes in UTF-8; encodes only when its length does not tell. */
function exceeds(text: string, limit: number): boolean {
  if (text.length > limit) return true;
  return text.length * 3 > limit && new TextEncoder().encode(text).length > limit;
}

function tooLong(limit: number): InvalidResponseError {
  return new InvalidResponseError(`A stream event is larger than ${limit} bytes.`, {
    code: "RESPONSE_TOO_LARGE",
  });
}
