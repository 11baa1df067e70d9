import { ConfigurationError, type FlagStorage, type StoredText } from "rollgate";
import { createScriptStore, takesScripts } from "./by-script";
import { createVersionStore } from "./by-version";
import { type SharedDriver, type SharedDriverMount, shelfOf } from "./driver";

/** What {@link createSharedStorage} can be told. */
export interface SharedStorageOptions {
  /**
   * What all keys start with: letters, digits, `_` and `-`, in parts between colons.
   * Of a storage with several mounts it also says which of them serves. @default none: keys start with "rollgate:"
   */
  readonly prefix?: string;
  /** How long something is kept after the server vouched for it last, in milliseconds; at least 60_000. @default 604_800_000, a week */
  readonly ttlMs?: number;
  /** How long a client waits for an answer when it reads, connecting included, in milliseconds; at least 1. @default 1_000 */
  readonly timeoutMs?: number;
  /** The wall clock, in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** A storage that many processes use at once. */
export interface SharedStorage extends FlagStorage {
  readonly shared: true;
  readonly timeoutMs: number;
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, about?: StoredText): Promise<void>;
  delete(key: string): Promise<void>;
  keys(prefix: string): Promise<string[]>;
}

const WEEK_MS = 604_800_000;

/**
 * Makes the storage of a fleet from an unstorage driver, or from a storage that has
 * one: what one process fetched, all others start with. A text never gives way to
 * an older one. With the `redis` driver a start needs one round trip.
 *
 * It has no timer and no connection of its own: whoever made the driver closes it.
 *
 * @throws ConfigurationError that names what makes no sense.
 * @example
 * const driver = redisDriver({ url: "redis://cache.internal:6379" });
 * const client = new RollgateClient({ apiKey, cache: { storage: createSharedStorage(driver) } });
 */
export function createSharedStorage(
  driver: SharedDriver | SharedDriverMount,
  options: SharedStorageOptions = {},
): SharedStorage {
  const { prefix = "", ttlMs = WEEK_MS, timeoutMs = 1_000, now = Date.now } = options;
  check(
    "prefix",
    typeof prefix === "string" && /^([\w-]+(:[\w-]+)*)?$/.test(prefix),
    "parts of letters, digits, _ and -",
  );
  check(
    "ttlMs",
    Number.isFinite(ttlMs) && ttlMs >= 60_000,
    "a number of milliseconds, at least 60000",
  );
  check(
    "timeoutMs",
    Number.isFinite(timeoutMs) && timeoutMs >= 1,
    "a number of milliseconds, at least 1",
  );
  check("now", typeof now === "function", "a function");
  check("driver", hasMethods(driver), "an unstorage driver or storage");
  const shelf = shelfOf(driver, prefix);
  const texts = takesScripts(shelf)
    ? createScriptStore(shelf, ttlMs)
    : createVersionStore(shelf, ttlMs, now);
  return {
    shared: true,
    timeoutMs,
    get: texts.get,
    set: (key, value, about) => texts.set(key, value, timeOf(about?.at)),
    delete: texts.delete,
    keys: texts.keys,
  };
}

/** The latest time that has a name. */
const LAST_TIME = 999_999_999_999_999;

function timeOf(at: number | undefined): number | undefined {
  if (at === undefined || Number.isNaN(at)) return undefined;
  return Math.min(Math.max(0, Math.floor(at)), LAST_TIME);
}

function check(path: string, holds: boolean, expected: string): void {
  if (!holds) {
    throw new ConfigurationError(`createSharedStorage: ${path} must be ${expected}.`, path);
  }
}

function hasMethods(given: SharedDriver | SharedDriverMount): boolean {
  const methods = Object(given) as Record<string, unknown>;
  const has = (name: string) => typeof methods[name] === "function";
  return has("getMount") || (has("getItem") && has("getKeys"));
}
