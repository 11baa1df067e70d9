import { compileRegex, type RegexProgram } from "./regex";

/** Something in a rule set that could not be read, and what follows from it. */
export interface RuleProblem {
  readonly key: string;
  /** Fit for a log: positions in the flag's rules, and no text of the server's. */
  readonly message: string;
}

/** What the parts of one rule set share while they are compiled. */
export interface Compilation {
  /** Reports a problem of the flag at hand. */
  report(message: string): void;
  /** Compiles each distinct pattern once, and reports it once when that fails. */
  regex(pattern: string, where: string): RegexProgram | undefined;
}

// About 20 MB of automata: far beyond real rule sets, and a bound for hostile ones.
const MAX_STATES_OF_ALL_PATTERNS = 250_000;

/** Starts compiling a rule set; the function gives the view that one flag's parts have of it. */
export function startCompilation(
  report: (problem: RuleProblem) => void,
): (key: string) => Compilation {
  const programs = new Map<string, RegexProgram | undefined>();
  const budget = { left: MAX_STATES_OF_ALL_PATTERNS };
  return (key) => ({
    report: (message) => report({ key, message }),
    regex(pattern, where) {
      if (!programs.has(pattern)) {
        const program = compileRegex(pattern, budget);
        programs.set(pattern, program);
        if (program === undefined) {
          report({
            key,
            message: `${where}: the pattern is not RE2 or too large; it never matches`,
          });
        }
      }
      return programs.get(pattern);
    },
  });
}
