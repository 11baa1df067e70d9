import { RollgateError, type RollgateErrorOptions } from "./rollgate-error";

/** The server refused the API key (401 or 403). Not retried at once; the client asks again every `circuitBreaker.recoveryTimeoutMs`. */
export class AuthenticationError extends RollgateError {
  override readonly name: string = "AuthenticationError";

  constructor(message: string, options: RollgateErrorOptions = {}) {
    super(message, {
      code: "AUTHENTICATION_FAILED",
      category: "auth",
      retryable: false,
      ...options,
    });
  }
}
