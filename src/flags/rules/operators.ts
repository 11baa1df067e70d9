import type { Test } from "./condition-test";
import { toNumber } from "./number";
import type { PatternCompiler } from "./patterns";
import { isScalar, type Scalar } from "./scalar";
import { compareVersions, toVersion } from "./semver";
import { toText } from "./text";

/** Turns a condition's operand into its test; `undefined` when it can never hold. */
type Operator = (operand: Scalar, compilePattern: PatternCompiler) => Test | undefined;

// Written out: they are most of all conditions, and most values that match are spelled alike.
const equals: Operator = (operand) => {
  const wanted = toText(operand);
  return (value) => value === operand || toText(value) === wanted;
};
const notEquals: Operator = (operand) => {
  const wanted = toText(operand);
  return (value) => value !== operand && toText(value) !== wanted;
};
const greaterThan = comparing(toNumber, (value, limit) => value > limit);
const greaterEqual = comparing(toNumber, (value, limit) => value >= limit);
const lessThan = comparing(toNumber, (value, limit) => value < limit);
const lessEqual = comparing(toNumber, (value, limit) => value <= limit);

const OPERATORS: ReadonlyMap<unknown, Operator> = new Map([
  ["equals", equals],
  ["eq", equals],
  ["not_equals", notEquals],
  ["neq", notEquals],
  ["contains", comparing(toText, (value, part) => value.includes(part))],
  ["not_contains", comparing(toText, (value, part) => !value.includes(part))],
  ["starts_with", comparing(toText, (value, part) => value.startsWith(part))],
  ["ends_with", comparing(toText, (value, part) => value.endsWith(part))],
  ["greater_than", greaterThan],
  ["gt", greaterThan],
  ["greater_equal", greaterEqual],
  ["gte", greaterEqual],
  ["less_than", lessThan],
  ["lt", lessThan],
  ["less_equal", lessEqual],
  ["lte", lessEqual],
  ["semver_eq", comparing(toVersion, (a, b) => compareVersions(a, b) === 0)],
  ["semver_gt", comparing(toVersion, (a, b) => compareVersions(a, b) > 0)],
  ["semver_gte", comparing(toVersion, (a, b) => compareVersions(a, b) >= 0)],
  ["semver_lt", comparing(toVersion, (a, b) => compareVersions(a, b) < 0)],
  ["semver_lte", comparing(toVersion, (a, b) => compareVersions(a, b) <= 0)],
  ["regex", (pattern: Scalar, compile: PatternCompiler) => compile(String(pattern))],
]);

/** The test of a condition on an attribute that is set; `undefined` when it can never hold. */
export function operatorTest(
  name: unknown,
  operand: unknown,
  compilePattern: PatternCompiler,
): Test | undefined {
  if (name === "in" || name === "not_in") {
    const members = membersOf(operand);
    return members && ((value) => members.has(toText(value)) === (name === "in"));
  }
  return isScalar(operand) ? OPERATORS.get(name)?.(operand, compilePattern) : undefined;
}

/** An operator that reads both sides alike, and is false when either cannot be read. */
function comparing<T>(
  read: (value: Scalar) => T | undefined,
  compare: (value: T, wanted: T) => boolean,
): Operator {
  return (operand) => {
    const wanted = read(operand);
    if (wanted === undefined) return undefined;
    return (raw) => {
      const value = read(raw);
      return value !== undefined && compare(value, wanted);
    };
  };
}

function membersOf(operand: unknown): Set<string> | undefined {
  // An attribute can equal no null or object, so such members do not count.
  if (Array.isArray(operand)) return new Set(operand.filter(isScalar).map(toText));
  if (!isScalar(operand)) return undefined;
  return new Set(
    toText(operand)
      .split(",")
      .map((part) => part.trim()),
  );
}
