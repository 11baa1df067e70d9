import type { Flag } from "../flag";
import type { UserContext } from "../types";
import type { LastOwn } from "./attribute";
import type { Bucket, BucketOf } from "./bucket";
import { remembered } from "./bucket-memo";
import { changedFlags } from "./changed-flags";
import { compileRules, type RuleProblem } from "./compile-rules";
import type { CompiledFlag } from "./compiled";
import { evaluateFlag } from "./evaluate-flag";

/** A whole rule set, compiled once, that answers for any user. Never changes. */
export class RuleSet {
  readonly version: string;
  readonly flags: ReadonlyMap<string, CompiledFlag>;
  readonly #bucketOf: BucketOf;
  readonly #last: LastOwn = { of: undefined, name: undefined };

  constructor(version: string, flags: ReadonlyMap<string, CompiledFlag>, bucket: Bucket) {
    this.version = version;
    this.flags = flags;
    this.#bucketOf = remembered(bucket);
  }

  /** @param flag one of this set's. */
  evaluate(flag: CompiledFlag, user: UserContext | undefined): Flag {
    return evaluateFlag(flag, user, this.#bucketOf, this.#last);
  }

  /** Keys of the flags that were added, removed, or may answer differently for some user. */
  changedSince(before: RuleSet | undefined): readonly string[] {
    return changedFlags(before?.flags ?? new Map(), this.flags);
  }

  /** Every flag as this user gets it, by key. */
  evaluateAll(user: UserContext | undefined): Map<string, Flag> {
    const answers = new Map<string, Flag>();
    for (const [key, flag] of this.flags) answers.set(key, this.evaluate(flag, user));
    return answers;
  }
}

/** Turns the raw `flags` of a rule set into rules; total, see {@link compileRules}. */
export type RulesEngine = (
  version: string,
  flags: unknown,
  report: (problem: RuleProblem) => void,
) => RuleSet;

/** The evaluator, over the platform's hash. */
export function createRulesEngine(bucket: Bucket): RulesEngine {
  return (version, flags, report) => new RuleSet(version, compileRules(flags, report), bucket);
}
