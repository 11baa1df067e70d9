import { RollgateError, type RollgateErrorOptions } from "./rollgate-error";

/** The server asked for quiet (429, or 503 with `Retry-After`), or the client still respects that wish. */
export class RateLimitError extends RollgateError {
  override readonly name: string = "RateLimitError";
  /** Seconds until requests may go out again; absent when the server gave no usable time. */
  declare readonly retryAfter?: number;

  constructor(message: string, options: RollgateErrorOptions & { retryAfter?: number } = {}) {
    const { retryAfter, ...rest } = options;
    super(message, { code: "RATE_LIMITED", category: "rate_limit", retryable: true, ...rest });
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}
