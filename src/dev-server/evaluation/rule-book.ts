import type { Flag } from "../../flags/flag";
import { type CompiledFlag, compileRules, evaluateFlag, type RuleProblem } from "../../flags/rules";
import type { UserContext } from "../../flags/types";
import { segmentNames, segmentsBelow } from "../flags-file/segment-names";
import type { FlagDefinition, FlagsFile } from "../flags-file/types";
import { bucketOf } from "./bucket";
import { canonicalJson } from "./canonical-json";
import { toFlagRule } from "./flag-rule";
import { Segments } from "./segments";

/** A flag whose definition is not what it was; `enabled` is false for one that is gone. */
export interface FlagChange {
  readonly key: string;
  readonly enabled: boolean;
}

/** A checked flags file, ready to answer for any user. Never changes. */
export class RuleBook {
  readonly file: FlagsFile;
  /** What the evaluator cannot use, though the file is valid: patterns outside RE2. */
  readonly problems: readonly RuleProblem[];
  readonly #flags: ReadonlyMap<string, CompiledFlag>;
  readonly #segments: Segments;

  constructor(file: FlagsFile) {
    const problems: RuleProblem[] = [];
    const report = (problem: RuleProblem) => problems.push(problem);
    this.file = file;
    this.problems = problems;
    this.#segments = new Segments(file.segments ?? {}, report);
    const rules = Object.entries(file.flags).map(([key, flag]) => [
      key,
      toFlagRule(key, flag, this.#segments.resolve),
    ]);
    this.#flags = compileRules(Object.fromEntries(rules), report);
  }

  /** Every flag as this user gets it, by key. */
  evaluate(user: UserContext | undefined): ReadonlyMap<string, Flag> {
    const described = user && this.#segments.describe(user);
    const answers = new Map<string, Flag>();
    for (const [key, flag] of this.#flags) {
      answers.set(key, evaluateFlag(flag, described, bucketOf));
    }
    return answers;
  }

  /** Flags that were added, changed or removed since `previous`, a changed segment counting as a change of the flags that ask about it. */
  changesSince(previous: RuleBook): readonly FlagChange[] {
    const before = previous.#fingerprints();
    const now = this.#fingerprints();
    const changes: FlagChange[] = [];
    for (const [key, fingerprint] of now) {
      if (before.get(key) === fingerprint) continue;
      changes.push({ key, enabled: this.file.flags[key]?.enabled ?? false });
    }
    for (const key of before.keys()) {
      if (!now.has(key)) changes.push({ key, enabled: false });
    }
    return changes;
  }

  #fingerprints(): ReadonlyMap<string, string> {
    const entries = Object.entries(this.file.flags);
    return new Map(entries.map(([key, flag]) => [key, this.#fingerprint(flag)]));
  }

  #fingerprint(flag: FlagDefinition): string {
    const segments = this.file.segments ?? {};
    const asked = new Set<string>();
    const ask = (name: string) => {
      const segment = segments[name];
      if (asked.has(name) || segment === undefined) return;
      asked.add(name);
      for (const below of segmentsBelow(segment)) ask(below);
    };
    for (const rule of flag.rules ?? []) {
      for (const name of rule.conditions.flatMap(segmentNames)) ask(name);
    }
    return canonicalJson([flag, [...asked].map((name) => [name, segments[name]])]);
  }
}
