import { never, type Test } from "./condition-test";
import { compileRegex, searchRegex } from "./regex";
import type { Scalar } from "./scalar";

/** Makes the test of a pattern; `undefined` when it meets one for the first time that it cannot compile. */
export type PatternCompiler = (pattern: string) => Test | undefined;

// About 20 MB of automata: far beyond real rule sets, and a bound for hostile ones.
const MAX_STATES_OF_ALL = 250_000;

/** The patterns of one rule set: each distinct one is compiled once, and refused once. */
export function createPatternCompiler(): PatternCompiler {
  const tests = new Map<string, Test>();
  const budget = { left: MAX_STATES_OF_ALL };
  return (pattern) => {
    const known = tests.get(pattern);
    if (known) return known;
    const program = compileRegex(pattern, budget);
    const test = program && ((value: Scalar) => searchRegex(program, String(value)));
    tests.set(pattern, test ?? never);
    return test;
  };
}
