import { expect, test } from "vitest";
import { compileRegex, searchRegex } from "../../../../../src/flags/rules/regex";
import { matches } from "./matches";

test("a pattern may have 1 024 code units", () => {
  expect(matches("a".repeat(1_024), "a")).toBe(false);
  expect(matches("a".repeat(1_025), "a")).toBe(undefined);
});

test("a text of more than 4 096 code units never matches", () => {
  expect(matches("a$", "a".repeat(4_096))).toBe(true);
  expect(matches("a$", "a".repeat(4_097))).toBe(false);
});

test("a pattern may take 5 000 states, the accepting one included", () => {
  expect(matches("(abcd){1000}a{999}", "a")).toBe(false);
  expect(matches("(abcde){1000}", "a")).toBe(undefined);
});

test("patterns with a common budget are refused when it is used up", () => {
  const budget = { left: 1_500 };
  expect(compileRegex("a{1000}", budget)).not.toBe(undefined);
  expect(compileRegex("b{1000}", budget)).toBe(undefined);
  expect(budget.left).toBeLessThan(0);
});

test("deeply nested groups neither overflow nor explode", () => {
  expect(matches(`${"(".repeat(511)}a${")".repeat(511)}`, "ba")).toBe(true);
  expect(matches("(".repeat(1_024), "a")).toBe(undefined);
});

test("a program can be searched again and again", () => {
  const program = compileRegex("^(a|b)+$");
  if (program === undefined) throw new Error("refused");
  expect(["ab", "c", "ab", "", "ba"].map((text) => searchRegex(program, text))).toEqual([
    true,
    false,
    true,
    false,
    true,
  ]);
});
