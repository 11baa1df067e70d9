import { RollgateError, type RollgateErrorOptions } from "./rollgate-error";

/** The server failed (5xx), gave up waiting (408) or answered with a status that no other class covers. */
export class ServerError extends RollgateError {
  override readonly name: string = "ServerError";

  constructor(message: string, options: RollgateErrorOptions = {}) {
    super(message, { code: "SERVER_ERROR", category: "server", retryable: true, ...options });
  }
}
