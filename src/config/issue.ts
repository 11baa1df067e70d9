import type { BaseIssue } from "valibot";
import { ConfigurationError } from "../errors/configuration-error";
import { nearestPath } from "./nearest";

/**
 * Says which option is wrong, what it should be and what it is. Texts are never
 * repeated: the API key may stand in the wrong place.
 *
 * @param known dotted paths of all options.
 */
export function errorFromIssues(
  issues: readonly [BaseIssue<unknown>, ...BaseIssue<unknown>[]],
  known: readonly string[],
): ConfigurationError {
  // A misspelt name explains the option that is missing, not the other way round.
  const issue = issues.find(isUnknownKey) ?? issues[0];
  const path = (issue.path ?? []).map(({ key }) => key).join(".");
  if (isUnknownKey(issue)) {
    const meant = nearestPath(path, known);
    return optionError(path, `is unknown${meant ? ` (did you mean ${meant}?)` : ""}`);
  }
  return wrongOption(path, expectation(issue), issue.input);
}

function expectation(issue: BaseIssue<unknown>): string {
  if (issue.type === "custom") return issue.message;
  return issue.path?.at(-1)?.origin === "key" ? "given" : "an object";
}

/** The error for an option that is not what was `expected`. */
export function wrongOption(path: string, expected: string, got: unknown): ConfigurationError {
  return optionError(path, `must be ${expected}, but is ${describe(got)}`);
}

function optionError(path: string, problem: string): ConfigurationError {
  return new ConfigurationError(`The configuration${path && ` option ${path}`} ${problem}.`, path);
}

function isUnknownKey(issue: BaseIssue<unknown>): boolean {
  return issue.expected === "never";
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value === null || !/^[sfo]/.test(typeof value)) return String(value);
  return `a${value === "" ? "n empty" : ""} ${typeof value}`;
}
