import { describe, expect, test } from "vitest";
import { holds } from "./evaluate";

describe("regex", () => {
  test.each([
    ["^pro", "pro-plan", true],
    ["^pro", "Pro-plan", false],
    ["o-p", "pro-plan", true],
    ["^$", " ", false],
    ["", "x", true],
    ["^3\\.5$", 3.5, true],
    ["^true$", true, true],
    [5, "152", true],
    ["(", "(", false],
    ["(a)\\1", "aa", false],
  ])("%j of %j is %s", (operand, value, expected) => {
    expect(holds("regex", operand, value)).toBe(expected);
  });
});

test.each([
  ["eq", "equals", [false, true, false]],
  ["neq", "not_equals", [true, false, true]],
  ["gt", "greater_than", [false, false, true]],
  ["gte", "greater_equal", [false, true, true]],
  ["lt", "less_than", [true, false, false]],
  ["lte", "less_equal", [true, true, false]],
])("%s is short for %s", (short, long, expected) => {
  const answers = [short, long].map((name) => [1, 2, 3].map((value) => holds(name, 2, value)));
  expect(answers).toEqual([expected, expected]);
});

test.each([
  "no_such_operator",
  "EQUALS",
  "constructor",
  "__proto__",
  "",
  null,
  undefined,
  7,
  ["equals"],
])("the unknown operator %j is false", (operator) => {
  expect(holds(operator as string, "x", "x")).toBe(false);
});

test.each([
  "equals",
  "not_equals",
  "contains",
  "not_contains",
  "starts_with",
  "ends_with",
  "in",
  "not_in",
  "gt",
  "lte",
  "semver_lte",
  "regex",
])("%s of a value that cannot be read is false", (operator) => {
  expect([undefined, null, {}, { x: 1 }].map((operand) => holds(operator, operand, "x"))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test.each(["equals", "not_equals", "contains", "gt", "lte", "semver_eq", "regex"])(
  "%s of a list is false",
  (operator) => {
    expect([[], ["1"], ["1", "2"]].map((operand) => holds(operator, operand, "1"))).toEqual([
      false,
      false,
      false,
    ]);
  },
);
