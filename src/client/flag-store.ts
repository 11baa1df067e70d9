import { diffFlags, type FlagChange, sameFlag } from "../flags/diff";
import type { Flag } from "../flags/flag";
import type { Source, UserContext } from "../flags/types";
import { isPlainUser, userTraits } from "../flags/user";
import type { Clock } from "../time/clock";

type Flags = ReadonlyMap<string, Flag>;

/** One set of flags as it was received, with what is known of its origin. */
export interface FlagSet {
  readonly flags: Flags;
  readonly source: Source;
  /** Names exactly this set to the server; gone once the flags come from elsewhere. */
  readonly etag: string | undefined;
  /** When the server last vouched for it: wall time, and the monotonic time where it is known. */
  readonly confirmedAt: number;
  readonly confirmedMonotonic: number | undefined;
}

/** What an evaluation finds under a key: the flag in force, and its counts. */
export interface Slot {
  flag: Flag | undefined;
  /** Evaluations since they were last collected, by outcome. */
  on: number;
  off: number;
}

/** Why there is no flag under any key, if that is so. */
export type Absence = "CLIENT_NOT_READY" | "STALE" | undefined;

/** Hears of changes; neither is called without one. */
export interface FlagStoreListener {
  /** Evaluations answer differently from now on. */
  served(changes: readonly FlagChange[]): void;
  /** The app is to be told. While a user is being replaced, it is told once: when the new flags are there. */
  announced(changes: readonly FlagChange[]): void;
}

const NO_FLAGS: Flags = new Map();

/**
 * The flags in hand, whose they are, and what the app put over them. Evaluations
 * read it directly; only the client machine's notices and the façade change it.
 */
export class FlagStore {
  /** Read by every evaluation, changed in place: a refresh touches only what changed. */
  readonly slots = new Map<string, Slot>();
  /** Grows with every change of what evaluations answer. */
  version = 0;
  user: UserContext | undefined;
  /** The user's number; whatever carries another one is not for this user. */
  epoch = 0;
  stale = false;
  #set: FlagSet | undefined;
  #expired = false;
  /** What evaluations answer from. */
  #served: Flags = NO_FLAGS;
  /** What the app was last told, which outlives a change of users. */
  #announced: Flags = NO_FLAGS;
  readonly #overrides = new Map<string, Flag>();
  readonly #clock: Clock;
  readonly #listener: FlagStoreListener;

  constructor(clock: Clock, listener: FlagStoreListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  get set(): FlagSet | undefined {
    return this.#set;
  }

  get etag(): string | undefined {
    return this.#set?.etag;
  }

  get absence(): Absence {
    if (this.#set === undefined) return "CLIENT_NOT_READY";
    return this.#expired ? "STALE" : undefined;
  }

  /** Since the flags in hand were confirmed, in milliseconds: by the clock that counted more. */
  get age(): number {
    if (this.#set === undefined) return 0;
    const { confirmedAt, confirmedMonotonic } = this.#set;
    const wall = this.#clock.now() - confirmedAt;
    const monotonic =
      confirmedMonotonic === undefined ? 0 : this.#clock.monotonic() - confirmedMonotonic;
    return Math.max(0, wall, monotonic);
  }

  sourceOf(key: string): Source {
    if (this.#overrides.has(key)) return "override";
    return this.#set?.source ?? "default";
  }

  /** Puts another user in place at once: no value of the previous one is served from here on. */
  swapUser(user: UserContext | undefined): "dropped" | "outdated" | "kept" {
    const sameId = user?.id === this.user?.id;
    const sameTraits = userTraits(user) === userTraits(this.user);
    this.user = user;
    this.epoch++;
    if (sameId && sameTraits && this.#set !== undefined) return "kept";
    if (sameId && this.#set !== undefined) {
      this.#set = { ...this.#set, etag: undefined };
      this.stale = true;
      return "outdated";
    }
    this.#set = undefined;
    this.#expired = false;
    this.stale = false;
    this.#lay(false);
    return "dropped";
  }

  /** Puts a user in place without touching the flags in hand: they were meant for this one. */
  nameUser(user: UserContext | undefined): void {
    this.user = user;
    this.epoch++;
  }

  /** Whether the stream's own set is right for the user, as far as the user goes. */
  get plainUser(): boolean {
    return isPlainUser(this.user);
  }

  /** Takes a set over; one of another user is dropped. */
  replace(epoch: number, flags: Flags, source: Source, etag?: string): void {
    this.adopt(epoch, {
      flags,
      source,
      etag,
      confirmedAt: this.#clock.now(),
      confirmedMonotonic: this.#clock.monotonic(),
    });
  }

  /** Takes a set over that came without reasons: a flag that did not change keeps its own. */
  mergeInit(epoch: number, flags: Flags): void {
    const known = this.#set?.flags ?? NO_FLAGS;
    const merged = new Map<string, Flag>();
    for (const [key, flag] of flags) {
      const old = known.get(key);
      merged.set(key, old !== undefined && sameFlag(old, flag) ? old : flag);
    }
    this.replace(epoch, merged, "stream");
  }

  adopt(epoch: number, set: FlagSet): void {
    if (epoch !== this.epoch) return;
    this.#set = set;
    this.#expired = false;
    this.#lay(true);
  }

  /** The server vouched for the set in hand, or an open stream did until now. */
  confirm(epoch: number): void {
    if (epoch !== this.epoch || this.#set === undefined) return;
    this.#set = {
      ...this.#set,
      confirmedAt: this.#clock.now(),
      confirmedMonotonic: this.#clock.monotonic(),
    };
  }

  setFreshness(freshness: "fresh" | "stale" | "expired"): void {
    this.stale = freshness !== "fresh";
    const expired = freshness === "expired";
    if (expired === this.#expired) return;
    this.#expired = expired;
    this.#lay(!expired);
  }

  override(key: string, flag: Flag): void {
    this.#overrides.set(key, flag);
    this.#lay(true);
  }

  clearOverrides(): void {
    if (this.#overrides.size === 0) return;
    this.#overrides.clear();
    this.#lay(true);
  }

  /** Hands over the counts of evaluations and forgets them. */
  collect(add: (key: string, on: number, off: number) => void): void {
    for (const [key, slot] of this.slots) {
      if (slot.on + slot.off > 0) add(key, slot.on, slot.off);
      slot.on = 0;
      slot.off = 0;
      if (slot.flag === undefined) this.slots.delete(key);
    }
  }

  /** Key → on or off, for those in force. */
  record(): Readonly<Record<string, boolean>> {
    const record = Object.create(null) as Record<string, boolean>;
    for (const [key, { flag }] of this.slots) {
      if (flag !== undefined && !flag.malformed) record[key] = flag.on;
    }
    return Object.freeze(record);
  }

  #inForce(): Flags {
    const flags = this.#expired ? NO_FLAGS : (this.#set?.flags ?? NO_FLAGS);
    return this.#overrides.size === 0 ? flags : new Map([...flags, ...this.#overrides]);
  }

  /** Lays the flags in force into the slots. */
  #lay(announce: boolean): void {
    const before = this.#served;
    const flags = this.#inForce();
    const changes = diffFlags(before, flags);
    this.#served = flags;
    for (const [key, flag] of flags) {
      const slot = this.slots.get(key);
      if (slot === undefined) this.slots.set(key, { flag, on: 0, off: 0 });
      else slot.flag = flag;
    }
    if (this.slots.size > flags.size) this.#empty(flags);
    if (changes.length > 0) {
      this.version++;
      this.#listener.served(changes);
    }
    if (!announce) return;
    const news = this.#announced === before ? changes : diffFlags(this.#announced, flags);
    this.#announced = flags;
    if (news.length > 0) this.#listener.announced(news);
  }

  /** A slot whose flag is gone stays until its counts were collected. */
  #empty(flags: Flags): void {
    for (const [key, slot] of this.slots) {
      if (flags.has(key)) continue;
      slot.flag = undefined;
      if (slot.on + slot.off === 0) this.slots.delete(key);
    }
  }
}
