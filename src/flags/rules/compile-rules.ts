import { MALFORMED_FLAG } from "../flag";
import { compileFlag, fixedFlag } from "./compile-flag";
import type { CompiledFlag } from "./compiled";
import { isRecord } from "./is-record";
import { createPatternCompiler } from "./patterns";

/** Something in a rule set that could not be read. */
export interface RuleProblem {
  readonly key: string;
  /** Fit for a log: says which part of the flag it is, and quotes nothing of the server's. */
  readonly message: string;
}

/**
 * Compiles the raw `flags` object of a `rules-full` event. Never throws: what
 * cannot be read spoils its rule, or its flag, which then answers `MALFORMED_FLAG`.
 * Anything but an object gives no flags. Values that flags serve are frozen in place.
 *
 * @param report called for each problem found; for a pattern in several places
 *   only once. What it throws is swallowed.
 */
export function compileRules(
  flags: unknown,
  report?: (problem: RuleProblem) => void,
): Map<string, CompiledFlag> {
  const compiled = new Map<string, CompiledFlag>();
  const compilePattern = createPatternCompiler();
  const raw = isRecord(flags) ? flags : {};
  for (const key of attempt(() => Object.keys(raw)) ?? []) {
    const tell = (part: string) => {
      attempt(() => report?.({ key, message: `${part} cannot be evaluated` }));
    };
    const index = compiled.size;
    const flag = attempt(() => compileFlag(key, index, raw[key], compilePattern, tell));
    if (!flag) tell("the flag");
    compiled.set(key, flag ?? fixedFlag(index, MALFORMED_FLAG));
  }
  return compiled;
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
