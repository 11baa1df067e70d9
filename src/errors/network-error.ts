import { RollgateError, type RollgateErrorOptions } from "./rollgate-error";

/** No answer was received: connection refused or reset, DNS, TLS, or a body that broke off. */
export class NetworkError extends RollgateError {
  override readonly name: string = "NetworkError";

  constructor(message: string, options: RollgateErrorOptions = {}) {
    super(message, { code: "NETWORK_ERROR", category: "network", retryable: true, ...options });
  }
}
