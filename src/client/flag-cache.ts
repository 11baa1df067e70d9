import type { CacheLoad } from "../../machines";
import type { RollgateError } from "../errors";
import type { Source, UserContext } from "../flags/types";
import { type CacheEntry, decodeEntry, encodeEntry } from "../storage/cache-entry";
import { isMiss } from "../storage/envelope";
import { decodeHold, encodeHold, holdRemaining } from "../storage/hold-entry";
import type { Names } from "../storage/names";
import type { FlagStorage } from "../storage/storage";
import type { Clock } from "../time/clock";
import { entryAge, entryGrade } from "./entry-age";
import { entryIgnored } from "./failures";
import type { FlagSet, RulesInHand } from "./flag-store";
import type { CacheStats } from "./types";

/** Where a user's flags lie, and what they were evaluated with. */
export interface Place {
  readonly names: Names;
  readonly key: string;
  readonly context: string;
}

/** What storage holds there. */
export interface Stored {
  /** What is left of a remembered `Retry-After`, in milliseconds; 0: nothing. */
  readonly holdMs: number;
  readonly entry: CacheEntry | undefined;
}

/** How many users' flags are remembered in memory. */
const MAX_REMEMBERED = 32;

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
  #hold: { readonly until: number; readonly at: number } | undefined;
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

  async placeOf(user: UserContext | undefined): Promise<Place> {
    const names = await this.#options.names();
    const [key, context] = await Promise.all([names.flagsKey(user?.id), names.contextHash(user)]);
    return { names, key, context };
  }

  /** Asks storage for all of it in one turn, for storages that are a round trip away. */
  async read({ names, key }: Place, flags: boolean): Promise<Stored> {
    const [holdMs, entry] = await Promise.all([
      this.#holdMs(names),
      flags ? this.#read(key) : undefined,
    ]);
    return { holdMs, entry };
  }

  /**
   * Grades a user's flags by age: the ones in storage or those remembered here,
   * whichever the server confirmed later.
   * @param rules that are known, too: the newer of the two serves the user.
   */
  load(
    { key, context }: Place,
    { holdMs, entry: stored }: Stored,
    rules: RulesInHand | undefined,
  ): { readonly load: CacheLoad; readonly set?: FlagSet } {
    const at = this.#options.clock.now();
    const entry = this.#younger(this.#remembered.get(key), stored, at);
    const found = { ...this.#gradeFlags(entry, context, at), holdMs, at };
    const load = this.#withRules(found, entry, rules);
    this.#count(load.grade);
    if (entry === undefined || load.rules === "serving") return { load };
    return {
      load,
      set: {
        flags: entry.flags,
        source: "cache",
        // It names the flags of other attributes.
        etag: entry.context === context ? entry.etag : undefined,
        confirmedAt: Math.min(entry.confirmedAt, at),
        confirmedMonotonic: undefined,
      },
    };
  }

  /** For when no flags need to be looked up. */
  loadHold({ holdMs }: Stored): CacheLoad {
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
    this.#hold = { until, at: this.#options.clock.now() };
  }

  /** Writes what is unsaved. */
  async save(): Promise<void> {
    await this.#remembering;
    const { storage } = this.#options;
    if (storage === undefined) return;
    const names = await this.#options.names();
    if (this.#hold !== undefined) {
      const { until, at } = this.#hold;
      this.#hold = undefined;
      await storage.set(names.holdKey, encodeHold({ until }), { at });
    }
    for (const key of [...this.#unsaved.keys()]) {
      // Cleared meanwhile, it must not come back.
      const entry = this.#unsaved.get(key);
      if (entry === undefined) continue;
      this.#unsaved.delete(key);
      await storage.set(key, encodeEntry(entry), { at: entry.confirmedAt });
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

  #younger(
    remembered: CacheEntry | undefined,
    stored: CacheEntry | undefined,
    now: number,
  ): CacheEntry | undefined {
    if (remembered === undefined || stored === undefined) return remembered ?? stored;
    const age = (entry: CacheEntry) => entryAge(entry.confirmedAt, now, this.#options);
    return age(stored) < age(remembered) ? stored : remembered;
  }

  #gradeFlags(
    entry: CacheEntry | undefined,
    context: string,
    now: number,
  ): Pick<CacheLoad, "grade" | "age"> {
    if (entry === undefined) return { grade: "none", age: 0 };
    const age = entryAge(entry.confirmedAt, now, this.#options);
    const grade = entryGrade(age, this.#options);
    if (entry.context === context) return { grade, age };
    // Evaluated with other attributes: never fresh.
    return {
      grade: grade === "fresh" ? "stale" : grade,
      age: Math.max(age, this.#options.ttlMs),
    };
  }

  #withRules(
    load: CacheLoad,
    entry: CacheEntry | undefined,
    rules: RulesInHand | undefined,
  ): CacheLoad {
    if (rules === undefined) return load;
    const rulesAge = entryAge(rules.confirmedAt, load.at, this.#options);
    const grade = entryGrade(rulesAge, this.#options);
    const found = { rulesAge, rulesGiven: rules.source === "bootstrap" };
    if (entry === undefined || entry.confirmedAt <= rules.confirmedAt) {
      return { ...load, grade, age: rulesAge, rules: "serving", ...found };
    }
    // Rules that are too old wait for a failure, and flags that are not must not wait with them.
    if (grade === "expired" && load.grade !== "expired") return load;
    return { ...load, rules: "spare", ...found };
  }

  #count(grade: CacheLoad["grade"]): void {
    if (grade === "none") this.#misses++;
    else if (grade === "fresh") this.#hits++;
    else this.#staleHits++;
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
      this.#options.report(entryIgnored(entry.miss));
    }
    return undefined;
  }
}
