import { RollgateError, type RollgateErrorOptions } from "./rollgate-error";

/** The server has no such endpoint or resource (404). */
export class NotFoundError extends RollgateError {
  override readonly name: string = "NotFoundError";

  constructor(message: string, options: RollgateErrorOptions = {}) {
    super(message, { code: "NOT_FOUND", category: "not_found", retryable: false, ...options });
  }
}
