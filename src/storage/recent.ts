import { isFlagsKey } from "./names";

/** The most entries that one storage keeps. */
export const MAX_ENTRIES = 100;

/** The most characters that persisted flags take together, the newest entry apart. */
export const MAX_FLAGS_SIZE = 4 * 1_024 * 1_024;

/** What is known of an entry without reading it. */
export interface Stamped {
  readonly key: string;
  /** When it was written. */
  readonly at: number;
  /** Length of its text, in UTF-16 units. */
  readonly size: number;
}

/**
 * The keys that have to go for the rest to stay within bounds: of flags the
 * oldest, since they can be fetched again; only then the oldest of what exists
 * nowhere else.
 *
 * @param entries in the order they were written.
 * @param now on the clock that stamped the entries.
 */
export function surplusKeys(entries: readonly Stamped[], now: number): string[] {
  // Reversed, since of entries written in the same millisecond the later one is the newer.
  const byWorth = entries
    .map((entry) => worthOf(entry, now))
    .reverse()
    .sort(compareWorth);
  let flagsSize = 0;
  let newestFlags = true;
  return byWorth
    .filter(({ entry, replaceable }, rank) => {
      if (rank >= MAX_ENTRIES) return true;
      if (!replaceable) return false;
      flagsSize += entry.size;
      const keep = newestFlags || flagsSize <= MAX_FLAGS_SIZE;
      newestFlags = false;
      return !keep;
    })
    .map(({ entry }) => entry.key);
}

interface Worth {
  readonly entry: Stamped;
  readonly replaceable: boolean;
  readonly at: number;
}

function worthOf(entry: Stamped, now: number): Worth {
  // A stamp in the future is from a clock that was wrong: it must not outlive all that is written from now on.
  return { entry, replaceable: isFlagsKey(entry.key), at: entry.at > now ? 0 : entry.at };
}

function compareWorth(a: Worth, b: Worth): number {
  return Number(a.replaceable) - Number(b.replaceable) || b.at - a.at;
}
