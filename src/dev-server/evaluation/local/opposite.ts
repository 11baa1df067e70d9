import type { Condition } from "../../../flags/types";
import { ALWAYS, type Alternatives, either, NEVER, only } from "./alternatives";
import { Inexpressible } from "./inexpressible";
import { isReadable } from "./readable";

const COUNTERPARTS: Readonly<Record<string, string>> = {
  equals: "not_equals",
  eq: "neq",
  not_equals: "equals",
  neq: "eq",
  contains: "not_contains",
  not_contains: "contains",
  in: "not_in",
  not_in: "in",
};

/** Whom a condition about the user matches. */
export function matching(condition: Condition): Alternatives {
  if (!isReadable(condition)) return NEVER;
  return isKnownToBeSet(condition) ?? only(condition);
}

/**
 * Whom a condition about the user does not match.
 *
 * @throws Inexpressible for an operator without a counterpart: the opposite of
 *   `less_than` is not `greater_equal`, since what is no number is neither
 */
export function opposite(condition: Condition): Alternatives {
  if (!isReadable(condition)) return ALWAYS;
  const { attribute, operator } = condition;
  if (operator === "is_set") return matching({ attribute, operator: "is_not_set" });
  if (operator === "is_not_set") return matching({ attribute, operator: "is_set" });
  const counterpart = COUNTERPARTS[operator];
  if (counterpart === undefined) {
    throw new Inexpressible(`no operator is the opposite of "${operator}"`);
  }
  // Of an attribute that is not set, both are false.
  return either([
    matching({ attribute, operator: "is_not_set" }),
    only({ ...condition, operator: counterpart }),
  ]);
}

/** Every user has an id. */
function isKnownToBeSet({ attribute, operator }: Condition): Alternatives | undefined {
  if (attribute !== "id") return undefined;
  if (operator === "is_set") return ALWAYS;
  return operator === "is_not_set" ? NEVER : undefined;
}
