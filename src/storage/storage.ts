/**
 * A place that keeps texts by key, which an app may bring along. Methods may
 * answer at once or by promise. What throws, rejects or takes too long is a miss
 * or does nothing, and is reported as an `error` event.
 */
export interface FlagStorage {
  /** The text under `key`; `undefined` when there is none. */
  get(key: string): Promise<string | undefined> | string | undefined;
  set(key: string, value: string): Promise<void> | void;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void> | void;
  /** All keys that start with `prefix`. Without it, `clearCache()` reaches only the entries this client knows of. */
  keys?(prefix: string): Promise<string[]> | string[];
}
