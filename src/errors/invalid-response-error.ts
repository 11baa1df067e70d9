import { RollgateError, type RollgateErrorOptions } from "./rollgate-error";

/**
 * An answer that is not what the protocol says: not JSON, the wrong shape, too
 * large, a redirect (`code` `REDIRECTED`), or a 304 nobody asked for.
 */
export class InvalidResponseError extends RollgateError {
  override readonly name: string = "InvalidResponseError";

  constructor(message: string, options: RollgateErrorOptions = {}) {
    super(message, { code: "INVALID_RESPONSE", category: "response", retryable: true, ...options });
  }
}
