import type { FlagType } from "../../flags/types";
import { isPresenceOperator } from "./operators";
import type { Problem, ProblemPath } from "./problem";
import { segmentCycle, segmentNames } from "./segment-names";
import type { ConditionDefinition, FlagDefinition, FlagsFile } from "./types";

/** What a file of the right shape still gets wrong: values of another type than their flag, names of things that do not exist. */
export function checkReferences(file: FlagsFile): readonly Problem[] {
  const problems: Problem[] = [];
  const segments = new Set(Object.keys(file.segments ?? {}));
  const conditions = (list: readonly ConditionDefinition[] | undefined, path: ProblemPath) => {
    for (const [index, condition] of (list ?? []).entries()) {
      problems.push(...checkCondition(condition, [...path, index], segments));
    }
  };

  for (const [key, flag] of Object.entries(file.flags)) {
    problems.push(...checkValues(flag, ["flags", key]));
    for (const [index, rule] of (flag.rules ?? []).entries()) {
      conditions(rule.conditions, ["flags", key, "rules", index, "conditions"]);
    }
  }
  for (const [name, segment] of Object.entries(file.segments ?? {})) {
    conditions(segment.conditions, ["segments", name, "conditions"]);
    for (const [index, rule] of (segment.rules ?? []).entries()) {
      conditions(rule.conditions, ["segments", name, "rules", index, "conditions"]);
    }
  }
  const cycle = segmentCycle(file.segments ?? {});
  if (cycle !== undefined) {
    const message = `refers to itself (${cycle.join(" → ")}): take one of these conditions out`;
    problems.push({ path: ["segments", cycle[0] ?? ""], message, aboutKey: true });
  }
  return problems;
}

function checkCondition(
  condition: ConditionDefinition,
  path: ProblemPath,
  segments: ReadonlySet<string>,
): readonly Problem[] {
  const { attribute, operator, value } = condition;
  if (value === undefined && !isPresenceOperator(operator)) {
    return [{ path, message: `needs a value for the operator ${operator}` }];
  }
  if (attribute !== "segment") return [];
  if (operator !== "in" && operator !== "not_in") {
    const message = `must be in or not_in for a segment, not "${operator}"`;
    return [{ path: [...path, "operator"], message }];
  }
  const missing = segmentNames(condition).find((name) => !segments.has(name));
  if (missing === undefined) return [];
  const message = `names the segment "${missing}", which this file does not define`;
  return [{ path: [...path, "value"], message }];
}

function checkValues(flag: FlagDefinition, path: ProblemPath): readonly Problem[] {
  const type = flag.type ?? "boolean";
  const problems: Problem[] = [];
  const fits = (value: unknown, at: ProblemPath) => {
    if (!isOfType(value, type)) {
      problems.push({
        path: at,
        message: `must be ${WANTED[type]}, as the flag's type is ${type}`,
      });
    }
  };
  if (flag.defaultValue !== undefined) fits(flag.defaultValue, [...path, "defaultValue"]);
  const ids = new Set<string>();
  for (const [index, variation] of (flag.variations ?? []).entries()) {
    const here = [...path, "variations", index];
    fits(variation.value, [...here, "value"]);
    if (ids.has(variation.id)) {
      problems.push({
        path: [...here, "id"],
        message: `"${variation.id}" is taken by another variation`,
      });
    }
    ids.add(variation.id);
  }
  for (const [index, rule] of (flag.rules ?? []).entries()) {
    if (rule.variationId === undefined || ids.has(rule.variationId)) continue;
    const message = `names the variation "${rule.variationId}", which this flag does not have`;
    problems.push({ path: [...path, "rules", index, "variationId"], message });
  }
  return problems;
}

const WANTED: Record<FlagType, string> = {
  boolean: "true or false",
  string: "text",
  number: "a number",
  json: "a JSON value",
};

function isOfType(value: unknown, type: FlagType): boolean {
  return type === "json" ? value !== undefined : typeof value === type;
}
