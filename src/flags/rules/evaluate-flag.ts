import { type Flag, MALFORMED_FLAG } from "../flag";
import type { UserContext } from "../types";
import { attributeOf, type LastOwn } from "./attribute";
import type { BucketOf } from "./bucket";
import type { CompiledCondition, CompiledFlag, Gate } from "./compiled";

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
  last: LastOwn = { of: undefined, name: undefined },
): Flag {
  try {
    const id = typeof user?.id === "string" ? user.id : "";
    if (flag.targets !== undefined && id !== "" && flag.targets.has(id)) return flag.targeted;
    const gate = user ? firstMatch(flag, user, last) : flag;
    const { rollout, inside, outside } = gate;
    if (rollout >= 100) return inside;
    const isInside = rollout > 0 && id !== "" && bucketOf(flag, id) < rollout;
    return isInside ? inside : outside;
  } catch {
    return EXCEPTION_FLAG;
  }
}

/** The first rule that matches, else the flag itself. */
function firstMatch(flag: CompiledFlag, user: UserContext, last: LastOwn): Gate {
  for (let rule = flag.rule; rule !== undefined; rule = rule.next) {
    if (holdAll(rule.condition, user, last)) return rule;
  }
  return flag;
}

function holdAll(first: CompiledCondition, user: UserContext, last: LastOwn): boolean {
  let condition: CompiledCondition | undefined = first;
  while (condition !== undefined && holds(condition, user, last)) condition = condition.next;
  return condition === undefined;
}

function holds(condition: CompiledCondition, user: UserContext, last: LastOwn): boolean {
  const value = attributeOf(user, condition.attribute, last);
  return value === undefined
    ? condition.whenUnset
    : condition.test(value, condition.operand as never);
}
