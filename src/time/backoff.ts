/** Source of chance in [0, 1), as `Math.random`. */
export type Random = () => number;

/** Shape of an exponential backoff, in milliseconds. */
export interface BackoffOptions {
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** Share of the delay by which it may be longer or shorter, 0 to 1. */
  readonly jitterFactor: number;
}

/** `min(base · 2ⁿ, max)` for the n-th delay, counted from 0. */
export function exponentialDelay(
  n: number,
  options: Pick<BackoffOptions, "baseDelayMs" | "maxDelayMs">,
): number {
  return Math.min(options.baseDelayMs * 2 ** Math.min(n, 60), options.maxDelayMs);
}

/** The n-th retry delay, spread by ± `jitterFactor`. */
export function backoffDelay(n: number, options: BackoffOptions, random: Random): number {
  return spread(exponentialDelay(n, options), options.jitterFactor, random);
}

/** `ms` made longer or shorter by up to `factor` of itself. */
export function spread(ms: number, factor: number, random: Random): number {
  return Math.max(0, Math.round(ms * (1 + (random() * 2 - 1) * factor)));
}

/** A moment drawn uniformly from [min, max). */
export function uniform(min: number, max: number, random: Random): number {
  return Math.round(min + random() * (max - min));
}
