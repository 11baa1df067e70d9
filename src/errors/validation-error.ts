import { RollgateError, type RollgateErrorOptions } from "./rollgate-error";

/** The server called a request invalid (400), or an argument such as a user without id or an event that cannot be sent was refused before any request. */
export class ValidationError extends RollgateError {
  override readonly name: string = "ValidationError";

  constructor(message: string, options: RollgateErrorOptions = {}) {
    super(message, {
      code: "VALIDATION_FAILED",
      category: "validation",
      retryable: false,
      ...options,
    });
  }
}
