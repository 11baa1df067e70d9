import { MAX_RETRY_AFTER_MS } from "../time/retry-after";
import { isMiss, type Missed, seal, unseal } from "./envelope";

/** A `Retry-After` that outlives the process that received it. */
export interface HoldEntry {
  /** When requests may go out again, in milliseconds since the epoch. */
  readonly until: number;
}

/** The text to persist. */
export function encodeHold({ until }: HoldEntry): string {
  return seal({ until });
}

/** Reads what {@link encodeHold} wrote; total, whatever `text` is. */
export function decodeHold(text: unknown): HoldEntry | Missed {
  const opened = unseal(text);
  if (isMiss(opened)) return opened;
  const { until } = opened.content;
  return Number.isFinite(until) ? { until: until as number } : { miss: "corrupt" };
}

/** Milliseconds that are left of a hold; 0 when it is over or longer than any server may ask, as after a clock jump. */
export function holdRemaining({ until }: HoldEntry, now: number): number {
  const left = until - now;
  return left > 0 && left <= MAX_RETRY_AFTER_MS ? left : 0;
}
