import { describe, expect, test } from "vitest";
import { holds } from "./evaluate";

describe("text", () => {
  test.each([
    ["equals", "pro", "PRO", true],
    ["equals", "PRO ", "pro", false],
    ["equals", "ÜBER", "über", true],
    ["equals", "strasse", "straße", false],
    ["equals", 3.5, "3.5", true],
    ["equals", "3.5", 3.5, true],
    ["equals", "TRUE", true, true],
    ["equals", false, "False", true],
    ["equals", "1000000", 1_000_000, true],
    ["equals", "0", -0, true],
    ["eq", "pro", "Pro", true],
    ["not_equals", "pro", "PRO", false],
    ["not_equals", "pro", "free", true],
    ["neq", "pro", "free", true],
    ["contains", "@EXAMPLE", "zoe@example.com", true],
    ["contains", "", "x", true],
    ["contains", "x", "y", false],
    ["not_contains", "X", "axb", false],
    ["not_contains", "x", "y", true],
    ["starts_with", "Zo", "zoë", true],
    ["starts_with", "oë", "zoë", false],
    ["ends_with", "OË", "zoë", true],
    ["ends_with", "zo", "zoë", false],
  ])("%s %j of %j is %s", (operator, operand, value, expected) => {
    expect(holds(operator, operand, value)).toBe(expected);
  });

  // JavaScript's toLowerCase makes "οδος" and two characters for İ.
  test.each([
    ["ΟΔΟΣ", "οδοσ"],
    ["İstanbul", "istanbul"],
    ["ΑΣ ΣΑ", "ασ σα"],
  ])("%s and %s are equal, as Go lower-cases", (upper, lower) => {
    expect([holds("equals", upper, lower), holds("equals", lower, upper)]).toEqual([true, true]);
  });

  test("ς is another letter than Σ", () => {
    expect(holds("equals", "ΟΔΟΣ", "οδος")).toBe(false);
  });
});

describe("lists", () => {
  test.each([
    ["de, IT ,fr", "it", true],
    ["de, IT ,fr", "i", false],
    ["de,it", " it", false],
    ["a,,b", "a", true],
    [10, 10, true],
    [true, "TRUE", true],
    [["DE", 10, true], "de", true],
    [["DE", 10, true], 10, true],
    [["DE", 10, true], true, true],
    [["a,b"], "a", false],
    [["a,b"], "A,B", true],
    [[" a "], "a", false],
    [[null, {}, "a"], "a", true],
    [[null, {}], "null", false],
    [[], "a", false],
  ])("%j lists %j: %s", (operand, value, expected) => {
    expect([holds("in", operand, value), holds("not_in", operand, value)]).toEqual([
      expected,
      !expected,
    ]);
  });
});
