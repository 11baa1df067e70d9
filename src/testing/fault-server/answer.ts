import type { ServerRequest } from "./request";

/** Holds answers back until it is opened. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

/** Makes a gate, closed. */
export function createGate(): Gate {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/**
 * How an answer gets across:
 * `whole`, as it should;
 * `reset`: the connection breaks off before the first byte;
 * `hang`: nothing ever comes;
 * `cut`: half of the body, then the connection breaks off;
 * `stall`: half of the body, then nothing;
 * `drip`: one byte of the body after the other, each after `dripMs`;
 * `endless`: the body, then blanks for ever.
 */
export type Delivery = "whole" | "reset" | "hang" | "cut" | "stall" | "drip" | "endless";

/** How an event stream is written; each way is allowed by the standard. */
export interface StreamFraming {
  /** What ends a line. @default "\n" */
  readonly newline?: "\n" | "\r\n" | "\r";
  /** Begins with a byte order mark. @default false */
  readonly bom?: boolean;
  /** At most so many bytes are written at once; 1 splits each character. @default no limit */
  readonly chunkBytes?: number;
}

/** What a request gets; everything may be left out. */
export interface Answer {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes as they are, anything else as JSON. @default what a healthy server says */
  readonly body?: unknown;
  /** Short for a body with these flags. @default the server's own */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** Why each of them is what it is; on `flags` alone. */
  readonly reasons?: Readonly<Record<string, unknown>>;
  /** Short for the header `ETag`. */
  readonly etag?: string;
  /** The answer waits until this is open. */
  readonly gate?: Gate;
  /** The answer waits for so many milliseconds of real time. @default 0 */
  readonly delayMs?: number;
  /** @default "whole" */
  readonly delivery?: Delivery;
  /** Real milliseconds from byte to byte of `delivery: "drip"`. @default 20 */
  readonly dripMs?: number;
  /** Compresses the body and says so. @default none */
  readonly encoding?: "gzip" | "deflate" | "br";
  /** An event stream instead of a body. @default on the route `stream`, where no status or body is set */
  readonly stream?: boolean | StreamFraming;
  /**
   * Whether the server keeps the events or counts that were sent, whatever becomes of its
   * answer. @default for a status below 300 that is not delivered as `reset` or `hang`
   */
  readonly accepts?: boolean;
}

/** What a route says: always the same, or made from the request. */
export type Script = Answer | ((request: ServerRequest) => Answer | Promise<Answer>);

/** Which requests a script answers; both conditions must hold. */
export interface When {
  /** Those of these numbers, the first request of a route being 1. @default all */
  readonly requests?: readonly number[];
  /** That share of them, between 0 and 1, drawn from the server's seed. @default 1 */
  readonly probability?: number;
}

/** Whether the server keeps what was sent to it. */
export function accepts({ accepts, status = 200, delivery = "whole" }: Answer): boolean {
  return accepts ?? (status < 300 && delivery !== "reset" && delivery !== "hang");
}
