import type { BaseIssue } from "valibot";

/** Message that ends with what was found instead: `must be text, not 3`. */
export function butGot(requirement: string): (issue: BaseIssue<unknown>) => string {
  return (issue) => `${requirement}, not ${describe(issue.input)}`;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
