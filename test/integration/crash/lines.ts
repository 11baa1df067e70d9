/** What a worker is told, and the lines in which it tells what it does. */

/** What a worker does until it is killed, or told to stop. */
export interface Work {
  /** Its own, of all workers that ever ran at this place. */
  readonly name: string;
  readonly seed: number;
  readonly url: string;
  readonly apiKey: string;
  readonly persistPath: string;
}

/** One line of a worker; written at once, so that a killed one has told everything up to its end. */
export type Line =
  /** About to make its client. */
  | { readonly is: "born" }
  /** The flags that it has in hand first: where they come from, and the distinct values among them. */
  | {
      readonly is: "first";
      readonly user: string;
      readonly source: string;
      readonly values: readonly number[];
    }
  /** About to track an event. */
  | { readonly is: "tracking"; readonly id: string }
  /** `track` returned. */
  | { readonly is: "tracked"; readonly id: string }
  /** Another {@link BEAT_MS} in which this process and its disk were served. */
  | { readonly is: "beat"; readonly at: number }
  | { readonly is: "error"; readonly code: string; readonly message: string }
  /** Closed as an app closes its client; how the account stands. */
  | { readonly is: "closed"; readonly imbalance: number };

/** The users that workers switch between; each has flags of its own. */
export const USERS = ["ann", "bob"] as const;

/** Every set of flags has that many, all of one value: a set that is not whole shows. */
export const FLAGS = 300;

/**
 * How long a beat lasts at least. A beat ends with a write that reached the disk:
 * where machine or disk are slow, so are beats, and an age in beats is fair.
 */
export const BEAT_MS = 25;

/** So many beats are more than the second after which events are kept. */
export const OLD = 1_000 / BEAT_MS + 2;

/** Whether reading the storage took longer than anybody waits for it: no damage, but no entry either. */
export function isSlow(line: Line): boolean {
  return line.is === "error" && line.message.includes("did not answer");
}

/** What was told of a storage that is not as it should be. */
export function damageTold(lines: readonly Line[]): readonly Line[] {
  return lines.filter(
    (line) =>
      line.is === "error" &&
      !isSlow(line) &&
      (line.code === "STORAGE_FAILED" || line.code === "CACHE_ENTRY_IGNORED"),
  );
}
