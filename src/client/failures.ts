import type { Failure } from "../../machines";
import {
  AuthenticationError,
  CircuitOpenError,
  RateLimitError,
  RollgateError,
  TimeoutError,
} from "../errors";
import type { Miss } from "../storage/envelope";

/** The error that a caller gets for what the machines say went wrong. */
export function errorOf(
  failure: Failure | { readonly kind: "timeout" },
  now: number,
): RollgateError {
  switch (failure.kind) {
    case "error":
      return failure.error;
    case "held":
      return new RateLimitError("The server asked for quiet; no request was made.", {
        retryAfter: Math.max(0, failure.until - now) / 1_000,
      });
    case "open":
      return new CircuitOpenError(Math.max(0, failure.until - now));
    case "offline":
      return new RollgateError("The client is offline; no request was made.", {
        code: "OFFLINE",
        category: "network",
        retryable: true,
      });
    case "unauthorized":
      return new AuthenticationError(
        "The server refuses the API key; the client asks again from time to time.",
      );
    case "timeout":
      return new TimeoutError("No flags arrived within initTimeoutMs.", { code: "INIT_TIMEOUT" });
  }
}

export function notInitialized(): RollgateError {
  return new RollgateError("The client is not initialized: call init() first.", {
    code: "NOT_INITIALIZED",
  });
}

/** A persisted entry was of no use; why is one of storage's words for it. */
export function entryIgnored(miss: Miss): RollgateError {
  return new RollgateError(`A persisted entry was ignored: it is ${miss}.`, {
    code: "CACHE_ENTRY_IGNORED",
    category: "storage",
  });
}

export function clientClosed(): RollgateError {
  return new RollgateError("The client is closed.", { code: "CLIENT_CLOSED" });
}
