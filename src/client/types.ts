/** State of the circuit breaker. */
export type CircuitStateName = "closed" | "open" | "half_open";

/** The states of the circuit breaker, for comparing with `circuitState`. */
export const CircuitState = {
  CLOSED: "closed",
  OPEN: "open",
  HALF_OPEN: "half_open",
} as const satisfies Record<string, CircuitStateName>;

/** What the circuit breaker has counted. */
export interface CircuitStats {
  readonly state: CircuitStateName;
  /** Failures that count now. */
  readonly failures: number;
  /** When the last one happened, in milliseconds since the epoch. */
  readonly lastFailureTime?: number;
  /** Successful probes since the circuit was half open. */
  readonly halfOpenSuccesses: number;
  /** When an open circuit lets a probe through, in milliseconds since the epoch. */
  readonly nextProbeAt?: number;
}

/** How often flags were found when they were loaded (init, identify, fallback), never counting reads. */
export interface CacheStats {
  /** Loads that found fresh flags. */
  readonly hits: number;
  readonly misses: number;
  /** Loads that found flags older than `cache.ttlMs`. */
  readonly staleHits: number;
  /** Users whose flags are remembered in memory. */
  readonly size: number;
}

/** One state change of one machine. */
export interface Transition {
  /** Counts from 1. */
  readonly seq: number;
  /**
   * The machine, by its name in `getState()`, or `cache` or `outbox`; with the name
   * of a region behind a dot where one has several, such as `connection.polls`.
   */
  readonly actor: string;
  readonly from: string;
  readonly to: string;
  /** The event that caused it. */
  readonly event: string;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
}

/** The state of every machine, and what is planned next. Times are milliseconds since the epoch. */
export interface ClientState {
  readonly client: string;
  readonly user: "anonymous" | "identified";
  /** Who decides what the current user gets: `remote`, `local.…`, or `overruled` while newer flags of the server stand before the rules in hand. */
  readonly evaluation: string;
  readonly connection: string;
  readonly refresh: string;
  readonly circuit: CircuitStateName;
  /** Of the current user's flags. */
  readonly freshness: string;
  /** Freshness of the rules in hand. */
  readonly rules: string;
  readonly hold: "free" | "held";
  readonly tracking: string;
  readonly telemetry: string;
  /** When flags are fetched without a reason of their own. */
  readonly nextPollAt?: number;
  /** When the stream is opened again. */
  readonly nextReconnectAt?: number;
  /** When a fetch that failed is tried again. */
  readonly nextAttemptAt?: number;
  /** When an open circuit lets a probe through. */
  readonly nextProbeAt?: number;
  /** Until when the server asked for quiet. */
  readonly heldUntil?: number;
  /** When fresh flags become stale. */
  readonly staleAt?: number;
  /** When stale flags are no longer served. */
  readonly expiresAt?: number;
  /** When queued conversion events are sent, if nothing sends them before. */
  readonly nextFlushAt?: number;
  /** When counts of evaluations are reported. */
  readonly nextReportAt?: number;
}

/** How much a call of `refresh()` wants to know. */
export interface RefreshOptions {
  /**
   * Flags that the server confirmed within this time, or for which an open stream
   * vouches, are good enough: nothing is fetched. In milliseconds. @default 0
   */
  readonly ifOlderThanMs?: number;
}
