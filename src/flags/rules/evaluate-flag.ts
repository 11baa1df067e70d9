import { type Flag, MALFORMED_FLAG } from "../flag";
import type { UserContext } from "../types";
import { attributeOf } from "./attribute";
import type { Bucket } from "./bucket";
import type { CompiledCondition, CompiledFlag, Gate } from "./compiled";

const EXCEPTION_FLAG: Flag = Object.freeze({
  ...MALFORMED_FLAG,
  reason: Object.freeze({ kind: "ERROR", errorKind: "EXCEPTION" } as const),
});

/**
 * Evaluates a flag for a user exactly as the server would. Total: a user object
 * or a hash that throws gives `ERROR` / `EXCEPTION`. The answers are shared, so
 * equal outcomes of one flag are the same object.
 */
export function evaluateFlag(
  flag: CompiledFlag,
  user: UserContext | undefined,
  bucket: Bucket,
): Flag {
  try {
    return flag.fixed ?? decide(flag, user, bucket);
  } catch {
    return EXCEPTION_FLAG;
  }
}

function decide(flag: CompiledFlag, user: UserContext | undefined, bucket: Bucket): Flag {
  const id = typeof user?.id === "string" ? user.id : "";
  if (flag.targets.has(id)) return flag.targeted;
  if (user) {
    for (const rule of flag.rules) {
      if (matchesAll(rule.conditions, user)) return pass(rule, flag.seed, id, bucket);
    }
  }
  return pass(flag.fallthrough, flag.seed, id, bucket);
}

function matchesAll(conditions: readonly CompiledCondition[], user: UserContext): boolean {
  for (const { attribute, whenUnset, test } of conditions) {
    const value = attributeOf(user, attribute);
    if (value === undefined ? !whenUnset : !test(value)) return false;
  }
  return true;
}

function pass(gate: Gate, seed: string, id: string, bucket: Bucket): Flag {
  return isInside(gate.rollout, seed, id, bucket) ? gate.inside : gate.outside;
}

function isInside(rollout: number, seed: string, id: string, bucket: Bucket): boolean {
  if (rollout >= 100) return true;
  return rollout > 0 && id !== "" && bucket(seed + id) < rollout;
}
