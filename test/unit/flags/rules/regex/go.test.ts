import { expect, test } from "vitest";
import { compileRegex, searchRegex } from "../../../../../src/flags/rules/regex";
import go from "./go-regexp.json";

// The answers of Go's own `regexp.MatchString` (1.19) for each pattern over all
// subjects, "1" for a match; null where Go refuses the pattern.
const patterns = go.patterns as [pattern: string, answers: string | null][];

test("agrees with Go's regexp on what is a pattern and what matches", () => {
  const ours = patterns.map(([pattern]) => {
    const program = compileRegex(pattern);
    const answers = go.subjects.map((text) => (program && searchRegex(program, text) ? "1" : "0"));
    return [pattern, program ? answers.join("") : null];
  });
  expect(ours).toEqual(patterns);
});
