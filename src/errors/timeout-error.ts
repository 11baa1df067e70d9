import { NetworkError } from "./network-error";
import type { RollgateErrorOptions } from "./rollgate-error";

/** Time ran out: `timeoutMs` for one request with its body, or `initTimeoutMs` for `init()`. */
export class TimeoutError extends NetworkError {
  override readonly name: string = "TimeoutError";

  constructor(message: string, options: RollgateErrorOptions = {}) {
    super(message, { code: "TIMEOUT", ...options });
  }
}
