import type { Test } from "./condition-test";
import { toNumber } from "./number";
import type { Matcher, PatternCompiler } from "./patterns";
import { isScalar, type Scalar } from "./scalar";
import { compareVersions, toVersion } from "./semver";
import { toText } from "./text";

interface Operator<T> {
  /** Reads an operand; `undefined` when no value can satisfy it. */
  readonly read: (operand: unknown, compilePattern: PatternCompiler) => T | undefined;
  readonly test: Test<T>;
}

// Most of all conditions: most values that match are spelled alike.
const equals = operator(scalar(toText), (value, wanted) => {
  return value === wanted || toText(value) === wanted;
});
const notEquals = operator(scalar(toText), (value, wanted) => {
  return value !== wanted && toText(value) !== wanted;
});
const greaterThan = comparing(toNumber, (value, limit) => value > limit);
const greaterEqual = comparing(toNumber, (value, limit) => value >= limit);
const lessThan = comparing(toNumber, (value, limit) => value < limit);
const lessEqual = comparing(toNumber, (value, limit) => value <= limit);

const OPERATORS: ReadonlyMap<unknown, Operator<never>> = new Map([
  ["equals", equals],
  ["eq", equals],
  ["not_equals", notEquals],
  ["neq", notEquals],
  ["in", operator(membersOf, (value, members) => members.has(toText(value)))],
  ["not_in", operator(membersOf, (value, members) => !members.has(toText(value)))],
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
  ["regex", operator(patternOf, (value, matches: Matcher) => matches(value))],
]);

/** A test and its operand. */
export interface Question {
  readonly test: Test;
  readonly operand: unknown;
}

/** What a condition asks of an attribute that is set; `undefined` when it can never hold. */
export function questionOf(
  name: unknown,
  operand: unknown,
  compilePattern: PatternCompiler,
): Question | undefined {
  const found = OPERATORS.get(name);
  const read = found?.read(operand, compilePattern);
  return found === undefined || read === undefined
    ? undefined
    : { test: found.test, operand: read };
}

/** Forgets the type of what it reads: only its own test will see that. */
function operator<T>(read: Operator<T>["read"], test: Test<T>): Operator<never> {
  return { read, test } as Operator<never>;
}

/** An operator that reads both sides alike, and is false when either cannot be read. */
function comparing<T>(
  read: (value: Scalar) => T | undefined,
  compare: (value: T, wanted: T) => boolean,
): Operator<never> {
  return operator(scalar(read), (raw, wanted) => {
    const value = read(raw);
    return value !== undefined && compare(value, wanted);
  });
}

/** Reads scalars only. */
function scalar<T>(read: (value: Scalar) => T | undefined): Operator<T>["read"] {
  return (operand) => (isScalar(operand) ? read(operand) : undefined);
}

function patternOf(operand: unknown, compilePattern: PatternCompiler): Matcher | undefined {
  return isScalar(operand) ? compilePattern(String(operand)) : undefined;
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
