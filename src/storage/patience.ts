import type { Clock } from "../time/clock";

/** Decides whether a storage that once hung is worth asking. */
export interface Patience {
  /** False while it is left alone. */
  mayAsk(): boolean;
  /** It did not answer in time: it is left alone for a second, twice as long each time in a row. */
  hung(): void;
  /** It answered, be it late. @returns whether it had been left alone. */
  answered(): boolean;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** Makes a {@link Patience}; every call that never returns costs memory, so there are few. */
export function createPatience(clock: Clock): Patience {
  let hangs = 0;
  let resumeAt = Number.NEGATIVE_INFINITY;
  return {
    mayAsk: () => clock.monotonic() >= resumeAt,
    hung() {
      // Calls that hang side by side are one hang.
      if (clock.monotonic() < resumeAt) return;
      resumeAt = clock.monotonic() + Math.min(FIRST_PAUSE_MS * 2 ** hangs, LONGEST_PAUSE_MS);
      hangs++;
    },
    answered() {
      const wasHanging = hangs > 0;
      hangs = 0;
      resumeAt = Number.NEGATIVE_INFINITY;
      return wasHanging;
    },
  };
}
