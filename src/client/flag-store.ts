import type { Freshness } from "../../machines";
import { diffFlags, type FlagChange, sameFlag } from "../flags/diff";
import type { Flag } from "../flags/flag";
import type { RuleSet } from "../flags/rules";
import type { Source, UserContext } from "../flags/types";
import { isPlainUser, userTraits } from "../flags/user";
import type { Clock } from "../time/clock";
import { collectCounts, layFlags, layRules, recordOf, type Slot, type Slots } from "./slots";

type Flags = ReadonlyMap<string, Flag>;

/** Where something in hand came from, and how old it is. */
export interface Origin {
  readonly source: Source;
  /** When the server last vouched for it: wall time, and the monotonic time where it is known. */
  readonly confirmedAt: number;
  readonly confirmedMonotonic: number | undefined;
}

/** One set of flags of the current user. */
export interface FlagSet extends Origin {
  readonly flags: Flags;
  /** Names exactly this set to the server; gone once the flags come from elsewhere. */
  readonly etag: string | undefined;
}

/** A rule set, which answers for every user. */
export interface RulesInHand extends Origin {
  readonly rules: RuleSet;
}

/** Who decides what the current user gets: the server, or rules in the client. */
export type EvaluationMode = "remote" | "local";

/** Why there is no flag under any key, if that is so. */
export type Absence = "CLIENT_NOT_READY" | "RULES_NOT_AVAILABLE" | "STALE" | undefined;

/** Hears of changes; neither is called without one. */
export interface FlagStoreListener {
  /** Evaluations answer differently from now on. */
  served(changes: readonly FlagChange[]): void;
  /** The app is to be told. While a user is being replaced, it is told once: when the new flags are there. */
  announced(changes: readonly FlagChange[]): void;
}

const NO_FLAGS: Flags = new Map();

/**
 * The flags in hand, whose they are, the rules in hand, and what the app put over
 * them. Evaluations read it directly; only the client machine's notices and the
 * façade change it.
 *
 * The newest word on the current user serves. Rules stay in hand when a fetch
 * brings flags that are newer: they answer for everybody else, and for the next user.
 */
export class FlagStore {
  readonly slots: Slots = new Map();
  /** Grows with every change of what evaluations answer. */
  version = 0;
  /** Grows with every change of what users get whom the rules answer for. */
  generation = 0;
  user: UserContext | undefined;
  /** The user's number; whatever carries another one is not for this user. */
  epoch = 0;
  stale = false;
  rulesStale = false;
  #set: FlagSet | undefined;
  #expired = false;
  #rules: RulesInHand | undefined;
  #rulesExpired = false;
  /** Whether the set in hand is what the rules say of the current user. */
  #local = false;
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

  /** What evaluations answer from; replaced as a whole, never changed. */
  get served(): Flags {
    return this.#served;
  }

  get etag(): string | undefined {
    return this.#set?.etag;
  }

  get absence(): Absence {
    if (this.#set === undefined) return "CLIENT_NOT_READY";
    return this.#expired ? "STALE" : undefined;
  }

  get rules(): RulesInHand | undefined {
    return this.#rules;
  }

  get mode(): EvaluationMode {
    return this.#local ? "local" : "remote";
  }

  /** Why the rules answer for nobody, if that is so. */
  get rulesAbsence(): Absence {
    if (this.#rules === undefined) return "RULES_NOT_AVAILABLE";
    return this.#rulesExpired ? "STALE" : undefined;
  }

  /** Since the flags in hand were confirmed, in milliseconds: by the clock that counted more. */
  get age(): number {
    return this.#ageOf(this.#set);
  }

  /** The same of the rules in hand. */
  get rulesAge(): number {
    return this.#ageOf(this.#rules);
  }

  /** @param byRules the flag was asked for somebody whom the rules answer for. */
  sourceOf(key: string, byRules: boolean): Source {
    if (this.#overrides.has(key)) return "override";
    return (byRules ? this.#rules : this.#set)?.source ?? "default";
  }

  /** Puts another user in place at once: no value of the previous one is served from here on. */
  swapUser(user: UserContext | undefined): "dropped" | "outdated" | "kept" | "evaluated" {
    const sameId = user?.id === this.user?.id;
    const sameTraits = userTraits(user) === userTraits(this.user);
    const wasLocal = this.#local;
    this.user = user;
    this.epoch++;
    if (this.#rules !== undefined && !(sameId && sameTraits && !wasLocal)) {
      this.#evaluateRules(this.#rules);
      return wasLocal ? "evaluated" : "outdated";
    }
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
    this.adopt(epoch, { flags, source, etag, ...this.#now() });
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
    this.#local = false;
    this.#put(set, false);
  }

  /**
   * Takes rules over.
   * @param serve the current user, too; else flags in hand that are newer do.
   */
  adoptRules(rules: RulesInHand, serve: boolean): void {
    this.#rules = rules;
    this.#rulesExpired = false;
    this.generation++;
    layRules(this.slots, rules.rules.flags);
    if (serve) this.#evaluateRules(rules);
  }

  /** Rules that just came from the server. */
  receiveRules(rules: RuleSet): void {
    this.adoptRules({ rules, source: "rules", ...this.#now() }, true);
  }

  /** The server vouched for the set in hand, or an open stream did until now. */
  confirm(epoch: number): void {
    if (epoch !== this.epoch || this.#set === undefined) return;
    this.#set = { ...this.#set, ...this.#now() };
  }

  /** An open stream vouched for the rules in hand until now. */
  confirmRules(): void {
    if (this.#rules !== undefined) this.#rules = { ...this.#rules, ...this.#now() };
  }

  setRulesFreshness(freshness: Freshness): void {
    this.rulesStale = freshness !== "fresh";
    this.#rulesExpired = freshness === "expired";
    this.generation++;
  }

  /** What a user gets whom the rules answer for; an override wins over them. */
  flagFor(slot: Slot, key: string, user: UserContext | undefined): Flag | undefined {
    if (this.#overrides.size > 0 && this.#overrides.has(key)) return slot.flag;
    if (slot.rule === undefined || this.#rulesExpired) return undefined;
    return this.#rules?.rules.evaluate(slot.rule, user);
  }

  /** All that is in force for a user whom the rules answer for. */
  flagsFor(user: UserContext | undefined): Flags {
    const flags = this.#rulesExpired ? NO_FLAGS : this.#rules?.rules.evaluateAll(user);
    return new Map([...(flags ?? NO_FLAGS), ...this.#overrides]);
  }

  setFreshness(freshness: Freshness): void {
    this.stale = freshness !== "fresh";
    const expired = freshness === "expired";
    if (expired === this.#expired) return;
    this.#expired = expired;
    this.#lay(!expired);
  }

  override(key: string, flag: Flag): void {
    this.#overrides.set(key, flag);
    this.generation++;
    this.#lay(true);
  }

  clearOverrides(): void {
    if (this.#overrides.size === 0) return;
    this.#overrides.clear();
    this.generation++;
    this.#lay(true);
  }

  get overrideCount(): number {
    return this.#overrides.size;
  }

  /** Hands over the counts of evaluations and forgets them. */
  collect(add: (key: string, on: number, off: number) => void): void {
    collectCounts(this.slots, add);
  }

  /** Key → on or off, for those in force. */
  record(): Readonly<Record<string, boolean>> {
    return recordOf(this.#served);
  }

  #put(set: FlagSet, expired: boolean): void {
    this.#set = set;
    this.#expired = expired;
    this.#lay(true);
  }

  #evaluateRules({ rules, ...origin }: RulesInHand): void {
    this.#local = true;
    const flags = rules.evaluateAll(this.user);
    this.#put({ ...origin, flags, etag: undefined }, this.#rulesExpired);
  }

  #now(): Pick<Origin, "confirmedAt" | "confirmedMonotonic"> {
    return { confirmedAt: this.#clock.now(), confirmedMonotonic: this.#clock.monotonic() };
  }

  #ageOf(origin: Origin | undefined): number {
    if (origin === undefined) return 0;
    const wall = this.#clock.now() - origin.confirmedAt;
    const monotonic =
      this.#clock.monotonic() - (origin.confirmedMonotonic ?? Number.POSITIVE_INFINITY);
    return Math.max(0, wall, monotonic);
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
    layFlags(this.slots, flags);
    if (changes.length > 0) {
      this.version++;
      this.#listener.served(changes);
    }
    if (!announce) return;
    const news = this.#announced === before ? changes : diffFlags(this.#announced, flags);
    this.#announced = flags;
    if (news.length > 0) this.#listener.announced(news);
  }
}
