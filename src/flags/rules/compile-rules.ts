import { type RuleProblem, startCompilation } from "./compilation";
import { compileFlag, UNREADABLE } from "./compile-flag";
import type { CompiledFlag } from "./compiled";
import { isRecord } from "./raw";

/**
 * Compiles the raw `flags` object of a `rules-full` event. Never throws: what
 * cannot be read spoils its own flag, which then answers `MALFORMED_FLAG`, or
 * less. Anything but an object gives no flags.
 *
 * Values that flags serve are frozen in place.
 *
 * @param report called for each problem found, except that a pattern used in
 *   several places is reported once; what it throws is swallowed.
 */
export function compileRules(
  flags: unknown,
  report?: (problem: RuleProblem) => void,
): Map<string, CompiledFlag> {
  const compiled = new Map<string, CompiledFlag>();
  const tell = (problem: RuleProblem) => attempt(() => report?.(problem));
  const compilationFor = startCompilation(tell);
  for (const key of attempt(() => (isRecord(flags) ? Object.keys(flags) : [])) ?? []) {
    try {
      const raw = (flags as Record<string, unknown>)[key];
      compiled.set(key, compileFlag(key, raw, compilationFor(key)));
    } catch (error) {
      compiled.set(key, UNREADABLE);
      tell({
        key,
        message: `the flag is unreadable: ${error instanceof Error ? error.message : "?"}`,
      });
    }
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
