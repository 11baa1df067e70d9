import type { EvaluationReason } from "../types";
import { chain } from "./chain";
import { compileCondition } from "./compile-condition";
import type { CompiledCondition, CompiledRule } from "./compiled";
import { isRecord } from "./is-record";
import type { PatternCompiler } from "./patterns";
import type { Serve } from "./serve";

/**
 * Compiles one rule; `undefined` for one that never matches: disabled, without
 * conditions, or with one that cannot be read. A rule whose rollout cannot be
 * read matches, and lets nobody in: its users must not reach the rules below it.
 *
 * @param report told which part cannot be read.
 */
export function compileRule(
  raw: unknown,
  ruleIndex: number,
  serve: Serve,
  compilePattern: PatternCompiler,
  report: (part: string) => void,
): CompiledRule | undefined {
  if (isRecord(raw) && raw["enabled"] === false) return undefined;
  const list = isRecord(raw) && raw["enabled"] === true ? (raw["conditions"] ?? []) : undefined;
  if (!isRecord(raw) || !Array.isArray(list)) {
    report(`rules[${ruleIndex}]`);
    return undefined;
  }
  const conditions: CompiledCondition[] = [];
  for (const [index, item] of list.entries()) {
    const condition = compileCondition(item, compilePattern);
    if (!condition) {
      const pattern = isRecord(item) && item["operator"] === "regex" ? "the pattern of " : "";
      report(`${pattern}rules[${ruleIndex}].conditions[${index}]`);
      return undefined;
    }
    conditions.push(condition);
  }
  const condition = chain(conditions);
  if (condition === undefined) return undefined;

  const { id, variationId } = raw;
  const rollout = raw["rollout"] ?? 0;
  if (typeof rollout !== "number") report(`rules[${ruleIndex}].rollout`);
  const reason = (inRollout: boolean): EvaluationReason =>
    Object.freeze({
      kind: "RULE_MATCH",
      ...(typeof id === "string" && { ruleId: id }),
      ruleIndex,
      inRollout,
    });
  return {
    condition,
    rollout: typeof rollout === "number" ? rollout : 0,
    inside: serve(true, reason(true), variationId),
    outside: serve(false, reason(false)),
    next: undefined,
  };
}
