import type { EvaluationReason } from "../types";
import type { Compilation } from "./compilation";
import { compileCondition } from "./compile-condition";
import type { CompiledRule } from "./compiled";
import { asList, asRollout, isRecord } from "./raw";
import type { Serving } from "./serving";

/**
 * Compiles one rule; `undefined` for one that can never match: disabled, without
 * conditions, or unreadable. A rule that is unreadable only in its rollout still
 * matches, and lets nobody in: its users must not fall through to later rules.
 */
export function compileRule(
  raw: unknown,
  ruleIndex: number,
  serving: Serving,
  compilation: Compilation,
): CompiledRule | undefined {
  const where = `rules[${ruleIndex}]`;
  const conditions = isRecord(raw) ? asList(raw["conditions"]) : undefined;
  if (!isRecord(raw) || conditions === undefined || !isSwitch(raw["enabled"])) {
    compilation.report(`${where} is unreadable; it never matches`);
    return undefined;
  }
  if (raw["enabled"] !== true || conditions.length === 0) return undefined;

  const rollout = asRollout(raw["rollout"]);
  if (rollout === undefined)
    compilation.report(`${where} has an unreadable rollout; it lets nobody in`);
  const variationId = typeof raw["variationId"] === "string" ? raw["variationId"] : undefined;
  const reason = (inRollout: boolean): EvaluationReason => ({
    kind: "RULE_MATCH",
    ...(typeof raw["id"] === "string" && { ruleId: raw["id"] }),
    ruleIndex,
    inRollout,
  });
  return {
    rollout: rollout ?? 0,
    inside: serving.on(Object.freeze(reason(true)), variationId),
    outside: serving.off(Object.freeze(reason(false))),
    conditions: conditions.map((condition, index) =>
      compileCondition(condition, `${where}.conditions[${index}]`, compilation),
    ),
  };
}

function isSwitch(value: unknown): boolean {
  return typeof value === "boolean" || value === undefined || value === null;
}
