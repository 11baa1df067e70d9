import { RollgateError, type RollgateErrorOptions } from "./rollgate-error";

/** The server failed (5xx), gave up waiting (408) or answered with a status that no other class covers. */
export class ServerError extends RollgateError {
  override readonly name: string = "ServerError";
  /** Seconds until requests may go out again; only on a 503 that named a usable time. */
  declare readonly retryAfter?: number;

  constructor(message: string, options: RollgateErrorOptions & { retryAfter?: number } = {}) {
    const { retryAfter, ...rest } = options;
    super(message, { code: "SERVER_ERROR", category: "server", retryable: true, ...rest });
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}
