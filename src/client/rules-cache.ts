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

  constructor(options: RulesCacheOptions) {
    this.#options = options;
  }

  async load(): Promise<StoredRules | undefined> {
    const { storage, names, report } = this.#options;
    if (storage === undefined) return undefined;
    const { rulesKey, rulesTouchKey } = await names();
    const entry = decodeRules(await storage.get(rulesKey));
    if (isMiss(entry)) {
      if (entry.miss !== "absent") report(entryIgnored(entry.miss));
      return undefined;
    }
    const touched = decodeRulesTouch(await storage.get(rulesTouchKey), entry.version);
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
    if (rules !== undefined) await storage.set(rulesKey, encodeRules(rules));
    if (touched !== undefined) await storage.set(rulesTouchKey, encodeRulesTouch(touched));
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
