import type { ServerResponse } from "node:http";

/** What a handler wants answered. */
export interface Reply {
  /** HTTP status; 0 destroys the socket instead of answering. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Takes the response over once its head is set, for answers that are not one text. */
  readonly send?: (response: ServerResponse) => void;
  /** Whether only pages of this server may read it, whatever its path. @default false */
  readonly isOwnPagesOnly?: boolean;
  /** Whom the request was about, for the request log. */
  readonly userId?: string;
  /** A few words for the request log. */
  readonly note?: string;
}

/** No answer at all: the connection breaks off before the head. */
export const NO_REPLY: Reply = { status: 0 };

/** An answer with a JSON body. */
export function json(
  status: number,
  value: unknown,
  extra: Omit<Reply, "status" | "body"> = {},
): Reply {
  return {
    ...extra,
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", ...extra.headers },
    body: JSON.stringify(value),
  };
}
