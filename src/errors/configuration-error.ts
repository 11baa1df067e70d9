import { RollgateError } from "./rollgate-error";

/** The configuration given to the constructor makes no sense; the message names the option's path. */
export class ConfigurationError extends RollgateError {
  override readonly name: string = "ConfigurationError";
  /** Dotted path of the option, such as `circuitBreaker.failureThreshold`; empty for the whole object. */
  readonly path: string;

  constructor(message: string, path: string) {
    super(message, { code: "INVALID_CONFIGURATION", category: "configuration" });
    this.path = path;
  }
}
