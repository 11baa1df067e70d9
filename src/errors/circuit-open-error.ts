import { RollgateError } from "./rollgate-error";

/** The circuit breaker is open: no request was made. Flags in hand keep serving. */
export class CircuitOpenError extends RollgateError {
  override readonly name: string = "CircuitOpenError";
  /** Milliseconds until the breaker lets a probe through. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`The circuit is open: the next attempt is due in ${retryAfterMs} ms.`, {
      code: "CIRCUIT_OPEN",
      category: "circuit",
      retryable: true,
    });
    this.retryAfterMs = retryAfterMs;
  }
}
