import type {
  Condition,
  EvaluationReason,
  FlagRule,
  TargetingRule,
  UserContext,
} from "../../../../src/flags/types";
import { nodeBucket } from "./node-bucket";

type Scalar = string | number | boolean;

/** Local evaluation read straight from the protocol's text, rule by rule, nothing compiled. */
export function interpret(
  flag: FlagRule,
  user: UserContext | undefined,
): { on: boolean; reason: EvaluationReason } {
  if (!flag.enabled) return { on: false, reason: { kind: "OFF" } };
  if (user?.id && flag.targetUsers?.includes(user.id)) {
    return { on: true, reason: { kind: "TARGET_MATCH" } };
  }
  const ruleIndex = (flag.rules ?? []).findIndex((rule) => user && ruleMatches(rule, user));
  const rule = flag.rules?.[ruleIndex];
  if (rule) {
    const inRollout = isInside(rule.rollout, flag.key, user);
    return { on: inRollout, reason: { kind: "RULE_MATCH", ruleId: rule.id, ruleIndex, inRollout } };
  }
  const inRollout = isInside(flag.rollout, flag.key, user);
  return { on: inRollout, reason: { kind: "FALLTHROUGH", inRollout } };
}

function isInside(rollout: number, key: string, user: UserContext | undefined): boolean {
  if (rollout >= 100) return true;
  if (rollout <= 0 || !user?.id) return false;
  return nodeBucket(`${key}:${user.id}`) < rollout;
}

function ruleMatches(rule: TargetingRule, user: UserContext): boolean {
  if (!rule.enabled || rule.conditions.length === 0) return false;
  return rule.conditions.every((condition) => conditionMatches(condition, user));
}

function conditionMatches({ attribute, operator, value }: Condition, user: UserContext): boolean {
  const given =
    attribute === "id"
      ? user.id
      : attribute === "email"
        ? user.email
        : user.attributes?.[attribute];
  const isSet = given !== undefined && given !== null && given !== "";
  if (operator === "is_set") return isSet;
  if (operator === "is_not_set") return !isSet;
  if (!isSet) return false;
  const [name = "", negated] = POSITIVE[operator] ?? [operator, false];
  const answer = Array.isArray(value)
    ? name === "in" && value.some((it) => lower(it as Scalar) === lower(given))
    : compare(name, given, value as Scalar);
  return Array.isArray(value) && name !== "in" ? false : answer !== negated;
}

const POSITIVE: Record<string, [name: string, negated: boolean]> = {
  eq: ["equals", false],
  neq: ["equals", true],
  not_equals: ["equals", true],
  not_contains: ["contains", true],
  not_in: ["in", true],
  gt: ["greater_than", false],
  gte: ["greater_equal", false],
  lt: ["less_than", false],
  lte: ["less_equal", false],
};

function compare(operator: string, given: Scalar, wanted: Scalar): boolean {
  const number = Number.parseFloat(String(given));
  const limit = Number.parseFloat(String(wanted));
  switch (operator) {
    case "equals":
      return lower(given) === lower(wanted);
    case "contains":
      return lower(given).includes(lower(wanted));
    case "starts_with":
      return lower(given).startsWith(lower(wanted));
    case "ends_with":
      return lower(given).endsWith(lower(wanted));
    case "in":
      return String(wanted)
        .split(",")
        .some((part) => lower(part.trim()) === lower(given));
    case "greater_than":
      return number > limit;
    case "greater_equal":
      return number >= limit;
    case "less_than":
      return number < limit;
    case "less_equal":
      return number <= limit;
    case "regex":
      return new RegExp(String(wanted), "u").test(String(given));
    default:
      return operator.startsWith("semver_") && compareVersions(operator, given, wanted);
  }
}

function compareVersions(operator: string, given: Scalar, wanted: Scalar): boolean {
  const [a, b] = [given, wanted].map((version) =>
    String(version)
      .replace(/^v/, "")
      .split(".")
      .map((part) => part.replace(/[-+].*/, "")),
  );
  if (!a || !b || [...a, ...b].some((part) => !/^\d+$/.test(part))) return false;
  let order = 0;
  for (let i = 0; order === 0 && i < 10; i++) order = Number(a[i] ?? 0) - Number(b[i] ?? 0);
  return (
    (operator === "semver_eq" && order === 0) ||
    (operator === "semver_gt" && order > 0) ||
    (operator === "semver_gte" && order >= 0) ||
    (operator === "semver_lt" && order < 0) ||
    (operator === "semver_lte" && order <= 0)
  );
}

function lower(value: Scalar): string {
  return String(value).toLowerCase();
}
