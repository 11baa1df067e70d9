import { compileRegex, searchRegex } from "../../../../../src/flags/rules/regex";

/** Whether the text contains a match; `undefined` for a pattern outside the subset. */
export function matches(pattern: string, text: string): boolean | undefined {
  const program = compileRegex(pattern);
  return program && searchRegex(program, text);
}
