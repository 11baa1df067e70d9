import type { Flag } from "../flag";
import type { Scalar } from "./scalar";

/** A percentage and what each side of it gets. */
export interface Gate {
  /** 100 and more lets everybody in, 0 and less nobody. */
  readonly rollout: number;
  readonly inside: Flag;
  readonly outside: Flag;
}

/** One condition, its operand already read. */
export interface CompiledCondition {
  readonly attribute: string;
  /** The answer when the user lacks the attribute. */
  readonly whenUnset: boolean;
  readonly test: (value: Scalar) => boolean;
}

/** One rule that can match. Its position in the flag's list is part of its flags' reasons. */
export interface CompiledRule extends Gate {
  readonly conditions: readonly CompiledCondition[];
}

/** A flag's rules, ready to be evaluated; every answer it can give is already made. */
export interface CompiledFlag {
  /** The answer for everybody, where no user makes a difference. */
  readonly fixed: Flag | undefined;
  /** What is hashed before the user's id. */
  readonly seed: string;
  readonly targets: ReadonlySet<string>;
  readonly targeted: Flag;
  readonly rules: readonly CompiledRule[];
  readonly fallthrough: Gate;
}
