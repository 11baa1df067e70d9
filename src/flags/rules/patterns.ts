import { compileRegex, searchRegex } from "./regex";
import type { Scalar } from "./scalar";

/** Whether a pattern occurs in a value. */
export interface Matcher {
  (value: Scalar): boolean;
  readonly pattern: string;
}

/** Compiles a pattern; `undefined` when it meets one for the first time that it cannot compile. */
export type PatternCompiler = (pattern: string) => Matcher | undefined;

// About 20 MB of automata: far beyond real rule sets, and a bound for hostile ones.
const MAX_STATES_OF_ALL = 250_000;

/** The patterns of one rule set: each distinct one is compiled once, and refused once. */
export function createPatternCompiler(): PatternCompiler {
  const matchers = new Map<string, Matcher>();
  const budget = { left: MAX_STATES_OF_ALL };
  return (pattern) => {
    const known = matchers.get(pattern);
    if (known) return known;
    const program = compileRegex(pattern, budget);
    const matches = program ? (value: Scalar) => searchRegex(program, String(value)) : () => false;
    const matcher = Object.assign(matches, { pattern });
    matchers.set(pattern, matcher);
    return program && matcher;
  };
}
