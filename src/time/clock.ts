/**
 * The only way the package asks for time. Background timers made through it
 * never keep a Node process alive.
 */
export interface Clock {
  /** Wall time, in milliseconds since the epoch. May jump either way. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back, may pause while the machine sleeps. */
  monotonic(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** The longest delay that timers can hold (2³¹ − 1 ms, about 24.8 days); anything longer would fire at once. */
export const MAX_TIMER_MS = 2_147_483_647;
