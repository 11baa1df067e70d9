import { FALLTHROUGH_IN, FALLTHROUGH_OUT, type Flag, MALFORMED_FLAG } from "../flag";
import type { EvaluationReason } from "../types";
import type { Compilation } from "./compilation";
import { compileRule } from "./compile-rule";
import type { CompiledFlag, Gate } from "./compiled";
import { asList, asRollout, isRecord } from "./raw";
import { PLAIN_SERVING, type Serving, servingOf } from "./serving";

const OFF: EvaluationReason = Object.freeze({ kind: "OFF" });
const TARGET_MATCH: EvaluationReason = Object.freeze({ kind: "TARGET_MATCH" });
const NOBODY: ReadonlySet<string> = new Set();
const NOWHERE: Gate = { rollout: 0, inside: MALFORMED_FLAG, outside: MALFORMED_FLAG };

/** The answers that need no rule. */
interface Answers {
  readonly off: Flag;
  readonly targeted: Flag;
  readonly inside: Flag;
  readonly outside: Flag;
}

// One set for all plain flags: there may be 10 000 of them.
const PLAIN_ANSWERS = answersOf(PLAIN_SERVING);

/** The compiled form of what is no flag. */
export const UNREADABLE = fixed(MALFORMED_FLAG);

/**
 * Compiles one flag.
 *
 * @throws TypeError when a part is unreadable that decides for everybody: to
 *   guess it could switch a feature on for users who were kept out.
 */
export function compileFlag(key: string, raw: unknown, compilation: Compilation): CompiledFlag {
  if (!isRecord(raw)) throw new TypeError("it is no object");
  const { enabled } = raw;
  if (typeof enabled !== "boolean") throw new TypeError("`enabled` is no boolean");
  const serving = servingOf(raw);
  const answers = serving === PLAIN_SERVING ? PLAIN_ANSWERS : answersOf(serving);
  if (!enabled) return fixed(answers.off);

  const targets = asList(raw["targetUsers"]);
  const rules = asList(raw["rules"]);
  const rollout = asRollout(raw["rollout"]);
  if (targets === undefined) throw new TypeError("`targetUsers` is no list");
  if (rules === undefined) throw new TypeError("`rules` is no list");
  if (rollout === undefined) throw new TypeError("`rollout` is no number");
  return {
    fixed: undefined,
    seed: `${typeof raw["key"] === "string" ? raw["key"] : key}:`,
    targets: new Set(targets.filter(isId)),
    targeted: answers.targeted,
    rules: rules
      .map((rule, index) => compileRule(rule, index, serving, compilation))
      .filter((rule) => rule !== undefined),
    fallthrough: { rollout, inside: answers.inside, outside: answers.outside },
  };
}

function answersOf(serving: Serving): Answers {
  return {
    off: serving.off(OFF),
    targeted: serving.on(TARGET_MATCH),
    inside: serving.on(FALLTHROUGH_IN),
    outside: serving.off(FALLTHROUGH_OUT),
  };
}

function fixed(flag: Flag): CompiledFlag {
  return {
    fixed: flag,
    seed: "",
    targets: NOBODY,
    targeted: flag,
    rules: [],
    fallthrough: NOWHERE,
  };
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
