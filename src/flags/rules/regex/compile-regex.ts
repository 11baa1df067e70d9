import { MAX_PATTERN_LENGTH, MAX_STATES } from "./limits";
import { parseRegex } from "./parse-regex";
import type { MakeState, State } from "./state";

/** A compiled pattern, searched by `searchRegex`. */
export interface RegexProgram {
  readonly start: State;
  /** Number of search steps made so far; what `State.visited` refers to. */
  step: number;
}

/** How many states may still be made; shared by the patterns of one rule set. */
export interface StateBudget {
  left: number;
}

/**
 * Compiles a pattern of RE2's syntax.
 *
 * @returns `undefined` when the pattern is not valid RE2 syntax (backreferences
 *   and lookarounds are not), or larger than `limits.ts` allows.
 */
export function compileRegex(
  pattern: string,
  budget: StateBudget = { left: MAX_STATES },
): RegexProgram | undefined {
  if (pattern.length > MAX_PATTERN_LENGTH) return undefined;
  let size = 0;
  const make: MakeState = (next, { test, reads = false, other } = {}) => {
    if (++size > MAX_STATES || --budget.left < 0) throw new RangeError();
    return { test, reads, next, other, visited: 0 };
  };
  try {
    return { start: parseRegex(pattern)(make(), make, 1), step: 0 };
  } catch {
    return undefined;
  }
}
