/**
 * Time and chance enter a machine only here: through its `sample` action, which
 * the client provides with the clock and the random source. Everything computed
 * from them is plain, so a machine by itself is deterministic.
 */
export interface Sample {
  /** Wall time of the last sample, in milliseconds since the epoch. */
  readonly at: number;
  /** A number in [0, 1). */
  readonly dice: number;
}

/** What a machine sees without a clock: the epoch, and a dice that leaves every delay unspread. */
export const NEUTRAL_SAMPLE: Sample = { at: 0, dice: 0.5 };
