import type { CacheLoad } from "../../machines";
import { RollgateError } from "../errors";
import type { Source, UserContext } from "../flags/types";
import { type CacheEntry, decodeEntry, encodeEntry } from "../storage/cache-entry";
import { isMiss } from "../storage/envelope";
import { decodeHold, encodeHold, holdRemaining } from "../storage/hold-entry";
import type { Names } from "../storage/names";
import type { FlagStorage } from "../storage/storage";
import type { Clock } from "../time/clock";
import type { FlagSet } from "./flag-store";
import type { CacheStats } from "./types";

/** How many users' flags are remembered in memory. */
const MAX_REMEMBERED = 32;
/** A clock this much behind the one that wrote an entry may still be right, in milliseconds. */
const CLOCK_SKEW_MS = 60_000;

export interface FlagCacheOptions {
  readonly names: () => Promise<Names>;
  /** Already safe: it never throws or hangs. Absent: memory only. */
  readonly storage: FlagStorage | undefined;
  readonly clock: Clock;
  readonly ttlMs: number;
  readonly staleTtlMs: number;
  readonly report: (error: RollgateError) => void;
}

/**
 * Remembers each user's flags: the last few users in memory, and all of them in
 * storage when there is one, so that a change of users or a restart during an
 * outage finds what the server last said.
 */
export class FlagCache {
  readonly #options: FlagCacheOptions;
  readonly #remembered = new Map<string, CacheEntry>();
  readonly #unsaved = new Map<string, CacheEntry>();
  /** Keys of entries that were found to be of no use. */
  readonly #ignored = new Set<string>();
  #remembering: Promise<void> = Promise.resolve();
  #holdUntil: number | undefined;
  #hits = 0;
  #misses = 0;
  #staleHits = 0;

  constructor(options: FlagCacheOptions) {
    this.#options = options;
  }

  get stats(): CacheStats {
    return {
      hits: this.#hits,
      misses: this.#misses,
      staleHits: this.#staleHits,
      size: this.#remembered.size,
    };
  }

  /** Looks a user's flags up and grades them by age. */
  async load(
    user: UserContext | undefined,
  ): Promise<{ readonly load: CacheLoad; readonly set?: FlagSet }> {
    const names = await this.#options.names();
    const key = await names.flagsKey(user?.id);
    const context = await names.contextHash(user);
    const holdMs = await this.#holdMs(names);
    const entry = this.#remembered.get(key) ?? (await this.#read(key));
    const at = this.#options.clock.now();
    if (entry === undefined) {
      this.#misses++;
      return { load: { grade: "none", age: 0, holdMs, at } };
    }
    const age = this.#ageOf(entry, at);
    const sameTraits = entry.context === context;
    const grade = this.#gradeOf(age, sameTraits);
    if (grade === "fresh") this.#hits++;
    else this.#staleHits++;
    return {
      load: { grade, age: sameTraits ? age : Math.max(age, this.#options.ttlMs), holdMs, at },
      set: {
        flags: entry.flags,
        source: "cache",
        // It names the flags of other attributes.
        etag: sameTraits ? entry.etag : undefined,
        confirmedAt: Math.min(entry.confirmedAt, at),
        confirmedMonotonic: undefined,
      },
    };
  }

  /** What is left of a remembered `Retry-After`; for when no flags need to be looked up. */
  async loadHold(): Promise<CacheLoad> {
    const holdMs = await this.#holdMs(await this.#options.names());
    return { grade: "none", age: 0, holdMs, at: this.#options.clock.now() };
  }

  /** Remembers a user's flags and writes them at the next {@link save}. */
  remember(user: UserContext | undefined, set: FlagSet): void {
    this.#remembering = this.#remember(user, set);
  }

  async #remember(user: UserContext | undefined, set: FlagSet): Promise<void> {
    const names = await this.#options.names();
    const key = await names.flagsKey(user?.id);
    const { flags, etag, confirmedAt, source } = set;
    const entry: CacheEntry = {
      flags,
      confirmedAt,
      source: source satisfies Source,
      context: await names.contextHash(user),
      ...(etag !== undefined && { etag }),
    };
    this.#remembered.delete(key);
    this.#remembered.set(key, entry);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= MAX_REMEMBERED) break;
      this.#remembered.delete(oldest);
    }
    if (this.#options.storage !== undefined) this.#unsaved.set(key, entry);
  }

  rememberHold(until: number): void {
    this.#holdUntil = until;
  }

  /** Writes what is unsaved. */
  async save(): Promise<void> {
    await this.#remembering;
    const { storage } = this.#options;
    if (storage === undefined) return;
    const names = await this.#options.names();
    if (this.#holdUntil !== undefined) {
      const until = this.#holdUntil;
      this.#holdUntil = undefined;
      await storage.set(names.holdKey, encodeHold({ until }));
    }
    for (const key of [...this.#unsaved.keys()]) {
      // Cleared meanwhile, it must not come back.
      const entry = this.#unsaved.get(key);
      if (entry === undefined) continue;
      this.#unsaved.delete(key);
      await storage.set(key, encodeEntry(entry));
    }
  }

  /** Forgets the flags of all users, in memory and in storage. */
  async clear(): Promise<void> {
    const { storage } = this.#options;
    await this.#remembering;
    const known = [...this.#remembered.keys()];
    this.#remembered.clear();
    this.#unsaved.clear();
    if (storage === undefined) return;
    const names = await this.#options.names();
    const stored = (await storage.keys?.(names.flagsPrefix)) ?? [];
    for (const key of new Set([...known, ...stored])) await storage.delete(key);
  }

  #ageOf(entry: CacheEntry, now: number): number {
    const age = now - entry.confirmedAt;
    if (age >= 0) return age;
    // Written by a clock ahead of ours: how old it is cannot be known.
    return age < -CLOCK_SKEW_MS ? this.#options.staleTtlMs : 0;
  }

  #gradeOf(age: number, sameTraits: boolean): "fresh" | "stale" | "expired" {
    const { ttlMs, staleTtlMs } = this.#options;
    if (age >= staleTtlMs) return "expired";
    return age < ttlMs && sameTraits ? "fresh" : "stale";
  }

  async #holdMs(names: Names): Promise<number> {
    const entry = decodeHold(await this.#options.storage?.get(names.holdKey));
    return isMiss(entry) ? 0 : holdRemaining(entry, this.#options.clock.now());
  }

  async #read(key: string): Promise<CacheEntry | undefined> {
    const entry = decodeEntry(await this.#options.storage?.get(key));
    if (!isMiss(entry)) return entry;
    if (entry.miss !== "absent" && !this.#ignored.has(key)) {
      this.#ignored.add(key);
      this.#options.report(
        new RollgateError(`A persisted entry was ignored: it is ${entry.miss}.`, {
          code: "CACHE_ENTRY_IGNORED",
          category: "storage",
        }),
      );
    }
    return undefined;
  }
}
