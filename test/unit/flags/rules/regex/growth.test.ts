import { describe, expect, test } from "vitest";
import { compileRegex, searchRegex } from "../../../../../src/flags/rules/regex";

/** How many states a search looks at. */
function effort(pattern: string, text: string): number {
  const program = compileRegex(pattern);
  if (program === undefined) throw new Error(`refused: ${pattern}`);
  let visits = 0;
  searchRegex(program, text, () => {
    visits++;
  });
  return visits;
}

describe("patterns that make backtracking matchers explode", () => {
  test.each([
    ["(a+)+$", "!"],
    ["(a*)*$", "!"],
    ["a*a*a*a*a*$", "!"],
    ["(a|a)*b", ""],
    ["(a|aa)+$", "!"],
    ["((((a+)+)+)+)+$", "!"],
    ["(.*)(.*)(.*)(.*)x", ""],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", ""],
  ])("%s grows in proportion to the text", (pattern, end) => {
    const once = effort(pattern, "a".repeat(1_000) + end);
    const fourfold = effort(pattern, "a".repeat(4_000) + end);
    expect(fourfold / once).toBeGreaterThan(3.9);
    expect(fourfold / once).toBeLessThan(4.1);
    expect(fourfold).toBeLessThan(4_001 * 2 * pattern.length);
  });
});

test("nested repeats do not multiply the program", () => {
  const nested = `${"(".repeat(100)}a${"+)".repeat(100)}`;
  expect(effort(nested, "b")).toBeLessThan(500);
});

test("a search that ends early looks no further", () => {
  expect(effort("a", `a${"b".repeat(4_000)}`)).toBeLessThan(10);
});
