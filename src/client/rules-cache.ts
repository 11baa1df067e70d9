import type { RollgateError } from "../errors";
import type { RawRules } from "../protocol";
import { isMiss } from "../storage/envelope";
import type { Names } from "../storage/names";
import {
  decodeRules,
  decodeRulesTouch,
  encodeRules,
  encodeRulesTouch,
} from "../storage/rules-entry";
import type { FlagStorage } from "../storage/storage";
import { entryIgnored } from "./failures";

export interface RulesCacheOptions {
  readonly names: () => Promise<Names>;
  /** Already safe: it never throws or hangs. Absent: nothing is kept. */
  readonly storage: FlagStorage | undefined;
  readonly report: (error: RollgateError) => void;
}

/** How old stored rules may become, in milliseconds: a storage may forget what nobody wrote for long. */
const RENEWAL_MS = 172_800_000;

/** A persisted rule set, its rules unread. */
export interface StoredRules extends RawRules {
  readonly confirmedAt: number;
}

/**
 * Keeps the rule set in storage, so that a restart during an outage evaluates for
 * any user. That a stream vouched for it is written apart: the rules can be large.
 */
export class RulesCache {
  readonly #options: RulesCacheOptions;
  #unsaved: StoredRules | undefined;
  #touched: { readonly version: string; readonly confirmedAt: number } | undefined;
  /** When the server vouched for the stored rules, as they say themselves. */
  #writtenAt = Number.POSITIVE_INFINITY;

  constructor(options: RulesCacheOptions) {
    this.#options = options;
  }

  /** Asks storage for all of it in one turn, for storages that are a round trip away. */
  async load({ rulesKey, rulesTouchKey }: Names): Promise<StoredRules | undefined> {
    const { storage, report } = this.#options;
    if (storage === undefined) return undefined;
    const [text, touch] = await Promise.all([storage.get(rulesKey), storage.get(rulesTouchKey)]);
    const entry = decodeRules(text);
    if (isMiss(entry)) {
      if (entry.miss !== "absent") report(entryIgnored(entry.miss));
      return undefined;
    }
    this.#writtenAt = entry.confirmedAt;
    const touched = decodeRulesTouch(touch, entry.version);
    return { ...entry, confirmedAt: Math.max(entry.confirmedAt, touched ?? 0) };
  }

  /** Keeps rules at the next {@link save}. */
  remember(raw: RawRules, confirmedAt: number): void {
    if (this.#options.storage !== undefined) this.#unsaved = { ...raw, confirmedAt };
  }

  /** Notes that rules kept before were vouched for. */
  touch(version: string, confirmedAt: number): void {
    this.#touched = { version, confirmedAt };
  }

  /** Writes what is unsaved. */
  async save(): Promise<void> {
    const { storage, names } = this.#options;
    const rules = this.#unsaved;
    const touched = this.#touched;
    this.#forgetUnsaved();
    if (storage === undefined) return;
    const { rulesKey, rulesTouchKey } = await names();
    if (rules !== undefined) await this.#write(storage, rulesKey, rules);
    if (touched === undefined) return;
    const at = touched.confirmedAt;
    await storage.set(rulesTouchKey, encodeRulesTouch(touched), { at });
    if (at - this.#writtenAt < RENEWAL_MS) return;
    const entry = decodeRules(await storage.get(rulesKey));
    if (isMiss(entry) || entry.version !== touched.version) return;
    await this.#write(storage, rulesKey, { ...entry, confirmedAt: at });
  }

  async #write(storage: FlagStorage, key: string, rules: StoredRules): Promise<void> {
    this.#writtenAt = rules.confirmedAt;
    await storage.set(key, encodeRules(rules), { at: rules.confirmedAt });
  }

  /** Forgets the persisted rules. */
  async clear(): Promise<void> {
    const { storage, names } = this.#options;
    this.#forgetUnsaved();
    if (storage === undefined) return;
    const { rulesKey, rulesTouchKey } = await names();
    await storage.delete(rulesKey);
    await storage.delete(rulesTouchKey);
  }

  #forgetUnsaved(): void {
    this.#unsaved = undefined;
    this.#touched = undefined;
  }
}
