import { NetworkError } from "./network-error";
import type { Redact } from "./redact";

/**
 * A {@link NetworkError} for whatever a library threw. Only the system's error
 * code is taken over: libraries' errors carry the request, and with it the key.
 *
 * @param what what happened, without full stop, such as `No answer from https://api.rollgate.io`.
 */
export function networkErrorFrom(thrown: unknown, what: string, redact?: Redact): NetworkError {
  const code = systemCodeOf(thrown);
  const message = code === undefined ? `${what}.` : `${what} (${code}).`;
  return new NetworkError(redact === undefined ? message : redact(message));
}

const SYSTEM_CODE = /^[A-Z][A-Z0-9_]{2,48}$/;
const DEEPEST_CAUSE = 5;

function systemCodeOf(thrown: unknown): string | undefined {
  // What was thrown can be anything, also an object with a getter that throws.
  try {
    let error: unknown = thrown;
    for (let depth = 0; depth < DEEPEST_CAUSE; depth++) {
      if (typeof error !== "object" || error === null) return undefined;
      const { code, cause } = error as { code?: unknown; cause?: unknown };
      if (typeof code === "string" && SYSTEM_CODE.test(code)) return code;
      error = cause;
    }
  } catch {}
  return undefined;
}
