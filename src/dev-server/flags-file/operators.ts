/** Operators of conditions, aliases included, as the wire protocol names them. */
export const OPERATORS = [
  "is_set",
  "is_not_set",
  "equals",
  "eq",
  "not_equals",
  "neq",
  "contains",
  "not_contains",
  "starts_with",
  "ends_with",
  "in",
  "not_in",
  "greater_than",
  "gt",
  "greater_equal",
  "gte",
  "less_than",
  "lt",
  "less_equal",
  "lte",
  "regex",
  "semver_eq",
  "semver_gt",
  "semver_gte",
  "semver_lt",
  "semver_lte",
] as const;

/** Whether conditions with this operator need no `value`. */
export function isPresenceOperator(operator: string): boolean {
  return operator === "is_set" || operator === "is_not_set";
}
