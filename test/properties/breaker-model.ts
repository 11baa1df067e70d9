import type { CircuitStateName } from "../../src";

export interface BreakerLimits {
  readonly failureThreshold: number;
  readonly recoveryTimeoutMs: number;
  readonly monitoringWindowMs: number;
  readonly successThreshold: number;
}

/** What a circuit breaker is, told by the outcomes that the service knows of. */
export class BreakerModel {
  readonly #limits: BreakerLimits;
  #state: CircuitStateName = "closed";
  #failures: number[] = [];
  #successes = 0;
  #openedAt = 0;
  /** How often it opened. */
  openings = 0;

  constructor(limits: BreakerLimits) {
    this.#limits = limits;
  }

  stateAt(now: number): CircuitStateName {
    if (this.#state === "open" && now >= this.#openedAt + this.#limits.recoveryTimeoutMs) {
      this.#state = "half_open";
      this.#successes = 0;
    }
    return this.#state;
  }

  /** An attempt ended at that time: with an answer, or by an outage. */
  outcome(isAnswer: boolean, at: number): void {
    const { failureThreshold, monitoringWindowMs, successThreshold } = this.#limits;
    const state = this.stateAt(at);
    if (isAnswer) {
      if (state === "half_open" && ++this.#successes >= successThreshold) this.reset();
      return;
    }
    this.#failures = [...this.#failures, at].filter((time) => at - time <= monitoringWindowMs);
    if (state === "closed" && this.#failures.length < failureThreshold) return;
    this.#state = "open";
    this.#openedAt = at;
    this.openings++;
  }

  reset(): void {
    this.#state = "closed";
    this.#failures = [];
  }
}
