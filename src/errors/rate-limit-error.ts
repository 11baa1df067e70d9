import { RollgateError, type RollgateErrorOptions } from "./rollgate-error";

/**
 * The server limits the rate of requests (429), or asked for quiet and the client
 * still respects that: then no request was made.
 */
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
