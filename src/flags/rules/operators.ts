import { toNumber } from "./number";
import type { Operand } from "./operand";
import { type RegexProgram, searchRegex } from "./regex";
import { isScalar, type Scalar } from "./scalar";
import { compareVersions, parseVersion } from "./semver";
import { comparable } from "./text";

/** Whether an attribute that is set satisfies a condition. */
export type Test = (value: Scalar) => boolean;

/** Reads a condition's operand, once, into a test; `undefined` when none can hold. */
export type Operator = (
  operand: Operand,
  compile: (pattern: string) => RegexProgram | undefined,
) => Test | undefined;

const equals = text((value, wanted) => value === wanted);
const notEquals = text((value, wanted) => value !== wanted);
const greaterThan = number((order) => order > 0);
const greaterEqual = number((order) => order >= 0);
const lessThan = number((order) => order < 0);
const lessEqual = number((order) => order <= 0);

/** Every operator but `is_set` and `is_not_set`, by all its names. */
export const OPERATORS: ReadonlyMap<unknown, Operator> = new Map<unknown, Operator>([
  ["equals", equals],
  ["eq", equals],
  ["not_equals", notEquals],
  ["neq", notEquals],
  ["contains", text((value, wanted) => value.includes(wanted))],
  ["not_contains", text((value, wanted) => !value.includes(wanted))],
  ["starts_with", text((value, wanted) => value.startsWith(wanted))],
  ["ends_with", text((value, wanted) => value.endsWith(wanted))],
  ["in", list(true)],
  ["not_in", list(false)],
  ["greater_than", greaterThan],
  ["gt", greaterThan],
  ["greater_equal", greaterEqual],
  ["gte", greaterEqual],
  ["less_than", lessThan],
  ["lt", lessThan],
  ["less_equal", lessEqual],
  ["lte", lessEqual],
  ["regex", regex],
  ["semver_eq", version((order) => order === 0)],
  ["semver_gt", version((order) => order > 0)],
  ["semver_gte", version((order) => order >= 0)],
  ["semver_lt", version((order) => order < 0)],
  ["semver_lte", version((order) => order <= 0)],
]);

function text(compare: (value: string, wanted: string) => boolean): Operator {
  return (operand) => {
    if (!isScalar(operand)) return undefined;
    const wanted = comparable(operand);
    return (value) => compare(comparable(value), wanted);
  };
}

function list(wanted: boolean): Operator {
  return (operand) => {
    const members = isScalar(operand)
      ? String(operand)
          .split(",")
          .map((part) => part.trim())
      : operand;
    const set = new Set(members.map(comparable));
    return (value) => set.has(comparable(value)) === wanted;
  };
}

function number(holds: (order: number) => boolean): Operator {
  return (operand) => {
    const limit = isScalar(operand) ? toNumber(operand) : Number.NaN;
    // NaN on either side makes the order NaN, for which nothing holds.
    return (value) => holds(toNumber(value) - limit);
  };
}

function version(holds: (order: number) => boolean): Operator {
  return (operand) => {
    const wanted = isScalar(operand) ? parseVersion(String(operand)) : undefined;
    if (wanted === undefined) return undefined;
    return (value) => {
      const given = parseVersion(String(value));
      return given !== undefined && holds(compareVersions(given, wanted));
    };
  };
}

function regex(...[operand, compile]: Parameters<Operator>): Test | undefined {
  const program = isScalar(operand) ? compile(String(operand)) : undefined;
  return program && ((value) => searchRegex(program, String(value)));
}
