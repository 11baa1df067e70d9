import type { Redact } from "./redact";

/** What an error body says, fit to be shown: redacted, shortened, on one line. */
export interface ServerMessage {
  readonly code?: string;
  readonly message?: string;
  readonly retryable?: boolean;
}

/**
 * Reads an error body in each shape that servers use: `{ error: { code, message } }`,
 * `{ error: "Code", message }`, plain text. HTML says nothing worth quoting.
 */
export function readServerMessage(body: unknown, redact: Redact): ServerMessage {
  if (typeof body === "string") return collect(undefined, body, undefined, redact);
  if (!isRecord(body)) return {};
  const error = body["error"];
  if (isRecord(error)) {
    const retryable = error["retryable"] ?? body["retryable"];
    return collect(error["code"], error["message"] ?? body["message"], retryable, redact);
  }
  return collect(error, body["message"] ?? error, body["retryable"], redact);
}

function collect(
  code: unknown,
  message: unknown,
  retryable: unknown,
  redact: Redact,
): ServerMessage {
  const shownCode = typeof code === "string" ? redact(code) : "";
  const shownMessage = typeof message === "string" ? quote(message, redact) : "";
  return {
    ...(CODE.test(shownCode) && { code: shownCode }),
    ...(shownMessage !== "" && { message: shownMessage }),
    ...(typeof retryable === "boolean" && { retryable }),
  };
}

const CODE = /^[A-Za-z][\w.:-]{0,63}$/;
const HTML = /^\s*<|<(?:!doctype|html|body|head)\b/i;
const QUOTE_LENGTH = 200;

/** Text of the server as an error may carry it; empty when it is HTML. */
function quote(text: string, redact: Redact): string {
  if (HTML.test(text)) return "";
  // Redacted before anything else: cut or joined differently, the secret would no longer be recognised.
  const line = redact(text).replace(UNPRINTABLE, " ").trim();
  return line.length <= QUOTE_LENGTH ? line : `${line.slice(0, QUOTE_LENGTH - 1).trimEnd()}…`;
}

// Line breaks and terminal escapes would let a server write log lines of its own.
const UNPRINTABLE = /[\s\p{Cc}\p{Cf}\p{Cs}]+/gu;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
