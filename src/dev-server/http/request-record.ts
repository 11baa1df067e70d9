import type { IncomingMessage } from "node:http";

/** One request that the server answered, or did not live to answer. */
export interface RequestRecord {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** Parameters of the query; a `token` is redacted. */
  readonly query: Readonly<Record<string, string>>;
  /** Status of the answer; 0 when the connection was dropped or the sender was gone. */
  readonly status: number;
  /** When the request arrived, in milliseconds since the epoch. */
  readonly at: number;
  /** From arrival until the answer's head was ready, in milliseconds. */
  readonly durationMs: number;
  /** Whom it was about, where that could be told. */
  readonly userId?: string;
  /** A few words on what happened: `3 events`, `fault-1`, an error's message. */
  readonly note?: string;
  /** Lower-cased names; `authorization` and `cookie` are redacted. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What is to be recorded of a request besides itself. */
interface Outcome {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly status: number;
  readonly at: number;
  readonly durationMs: number;
  readonly userId?: string | undefined;
  readonly note?: string | undefined;
}

/** The record of one request, without secrets. */
export function toRecord(request: IncomingMessage, outcome: Outcome): RequestRecord {
  const { path, query, status, at, durationMs, userId, note } = outcome;
  return {
    method: request.method ?? "GET",
    path,
    query: recordQuery(query),
    status,
    at,
    durationMs,
    ...(userId !== undefined && { userId }),
    ...(note !== undefined && { note }),
    headers: recordHeaders(request),
  };
}

const REDACTED = "[redacted]";

/** The request's headers, without secrets. */
function recordHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(request.headers).map(([name, value]) => {
    const secret = name === "authorization" || name === "cookie";
    return [name, secret ? REDACTED : String(value)];
  });
  return Object.fromEntries(entries);
}

/** The query's parameters, without the key. */
function recordQuery(query: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...query].map(([name, value]) => [name, name === "token" ? REDACTED : value]),
  );
}
