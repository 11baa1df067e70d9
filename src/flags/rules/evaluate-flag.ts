import { type Flag, MALFORMED_FLAG } from "../flag";
import type { UserContext } from "../types";
import { attributeOf } from "./attribute";
import type { BucketOf } from "./bucket";
import type { CompiledCondition, CompiledFlag, CompiledRule, Gate } from "./compiled";

const EXCEPTION_FLAG: Flag = Object.freeze({
  ...MALFORMED_FLAG,
  reason: Object.freeze({ kind: "ERROR", errorKind: "EXCEPTION" } as const),
});

/**
 * Evaluates a flag for a user exactly as the server would. Total: a user object
 * or a hash that throws gives `ERROR` / `EXCEPTION`. Nothing is allocated but
 * texts to compare and hash: equal outcomes of a flag are the same object.
 */
export function evaluateFlag(
  flag: CompiledFlag,
  user: UserContext | undefined,
  bucketOf: BucketOf,
): Flag {
  try {
    const id = typeof user?.id === "string" ? user.id : "";
    if (flag.targets !== undefined && id !== "" && flag.targets.has(id)) return flag.targeted;
    const gate = user ? firstMatch(flag, user) : flag;
    const { rollout, inside, outside } = gate;
    if (rollout >= 100) return inside;
    const isInside = rollout > 0 && id !== "" && bucketOf(flag, id) < rollout;
    return isInside ? inside : outside;
  } catch {
    return EXCEPTION_FLAG;
  }
}

/** The first rule that matches, else the flag itself. Indexed loops: iterators are too large to be inlined. */
function firstMatch(flag: CompiledFlag, user: UserContext): Gate {
  const { rules } = flag;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as CompiledRule;
    if (matchesAll(rule.conditions, user)) return rule;
  }
  return flag;
}

function matchesAll(conditions: readonly CompiledCondition[], user: UserContext): boolean {
  for (let i = 0; i < conditions.length; i++) {
    if (!holds(conditions[i] as CompiledCondition, user)) return false;
  }
  return true;
}

function holds({ attribute, whenUnset, test }: CompiledCondition, user: UserContext): boolean {
  const value = attributeOf(user, attribute);
  return value === undefined ? whenUnset : test(value);
}
