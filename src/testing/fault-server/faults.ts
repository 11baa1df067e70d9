import type { Answer, Script } from "./answer";

const json = { "Content-Type": "application/json" };
const html = { "Content-Type": "text/html" };

/** More than `maxResponseBytes` by default. */
const HUGE_BYTES = 9_000_000;

/**
 * What a service, or what stands before it, may do to a client. Each is a script for any
 * route; a test may run through all of them.
 * @example
 * for (const [name, fault] of Object.entries(FAULTS)) server.answerOnce("flags", fault);
 */
export const FAULTS = {
  badRequest: { status: 400 },
  unauthorized: { status: 401 },
  forbidden: { status: 403 },
  notFound: { status: 404 },
  requestTimeout: { status: 408 },
  tooLarge: { status: 413 },
  rateLimited: { status: 429, headers: { "Retry-After": "1" } },
  serverError: { status: 500 },
  badGateway: { status: 502, headers: html, body: "<h1>Bad Gateway</h1>" },
  unavailable: { status: 503 },
  redirect: { status: 302, headers: { Location: "/elsewhere" } },
  noContent: { status: 204 },
  /** Where no `If-None-Match` was sent, a 304 that nobody asked for. */
  notModified: { status: 304 },
  emptyBody: { headers: json, body: "" },
  invalidJson: { headers: json, body: '{"flags":nothing}' },
  /** Ends in the middle, properly. */
  truncated: { headers: json, body: '{"flags":{"be' },
  wrongShape: { headers: json, body: "[7]" },
  htmlPage: { headers: html, body: "<!doctype html><title>Sign in</title>" },
  /** Bytes that say they are JSON. */
  wrongType: { headers: { "Content-Type": "image/png" }, body: new Uint8Array([137, 80, 78, 71]) },
  huge: (): Answer => ({ headers: json, body: `{"flags":{}${" ".repeat(HUGE_BYTES)}}` }),
  /** Small on the way, and as large when it is unpacked. */
  bomb: (): Answer => ({
    headers: json,
    body: `{"flags":{}${" ".repeat(HUGE_BYTES)}}`,
    encoding: "gzip",
  }),
  /** Says it is compressed, and is not. */
  brokenEncoding: { headers: { ...json, "Content-Encoding": "gzip" }, body: '{"flags":{}}' },
  endless: { delivery: "endless" },
  drip: { delivery: "drip" },
  stall: { delivery: "stall" },
  hang: { delivery: "hang" },
  reset: { delivery: "reset" },
  resetInBody: { delivery: "cut" },
  /** The server keeps what was sent, and the client never hears of it. */
  lostAnswer: { delivery: "reset", accepts: true },
} as const satisfies Readonly<Record<string, Script>>;

/** The name of one of the {@link FAULTS}. */
export type FaultName = keyof typeof FAULTS;
