import type { FlagKey } from "../flags/keys";

/** What `track()` takes: one conversion event. */
export interface TrackOptions {
  /** The flag whose variation is being measured; not empty. */
  readonly flagKey: FlagKey;
  /** What happened, such as `purchase`; not empty. */
  readonly eventName: string;
  /** Who did it; the current user's id when absent. Without either the event is refused. */
  readonly userId?: string;
  /** The variation the user saw, where known. */
  readonly variationId?: string;
  /** A finite number to sum or average, such as an amount. */
  readonly value?: number;
  /** Anything that JSON can carry; copied when `track()` is called. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}
