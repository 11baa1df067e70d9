import type { Flag } from "../flag";
import type { Link } from "./chain";
import type { Test } from "./condition-test";

/** A percentage and what each side of it gets. */
export interface Gate {
  /** 100 and more lets everybody in, 0 and less nobody. */
  readonly rollout: number;
  readonly inside: Flag;
  readonly outside: Flag;
}

/** One condition, its operand already read. */
export interface CompiledCondition extends Link<CompiledCondition> {
  readonly attribute: string;
  /** The answer when the user lacks the attribute. */
  readonly whenUnset: boolean;
  readonly test: Test;
  readonly operand: unknown;
}

/** One rule that can match, with its first condition. Its position in the flag's list is part of its flags' reasons. */
export interface CompiledRule extends Gate, Link<CompiledRule> {
  readonly condition: CompiledCondition;
}

/** A flag's rules, ready to be evaluated; all answers it can give are already made. */
export interface CompiledFlag extends Gate {
  /** Its number within the rule set, from 0. */
  readonly index: number;
  /** What is hashed before the user's id. */
  readonly seed: string;
  /** Raw: what is no id in there equals none. `undefined` when nobody is named, which costs no lookup. */
  readonly targets: ReadonlySet<unknown> | undefined;
  readonly targeted: Flag;
  /** The first of its rules. */
  readonly rule: CompiledRule | undefined;
  /** Whom it was hashed for last, and what came out: beside what is read anyway. */
  lastId: string;
  lastBucket: number;
}
