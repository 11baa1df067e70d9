import type { Condition, FlagRule, TargetingRule } from "../../flags/types";
import type { ConditionDefinition, FlagDefinition, RuleDefinition } from "../flags-file/types";

/** Turns a condition of the file into what the evaluator is to ask. */
export type ConditionMapper = (condition: ConditionDefinition) => Condition;

/** The wire form of a flag, with the file's defaults filled in. */
export function toFlagRule(key: string, flag: FlagDefinition, map: ConditionMapper): FlagRule {
  return {
    key,
    enabled: flag.enabled,
    rollout: flag.rollout ?? 100,
    targetUsers: flag.targetUsers ?? [],
    rules: (flag.rules ?? []).map((rule, index) => toTargetingRule(rule, index, map)),
    ...(flag.type !== undefined && { type: flag.type }),
    ...(flag.defaultValue !== undefined && { defaultValue: flag.defaultValue }),
    ...(flag.variations !== undefined && { variations: flag.variations }),
  };
}

function toTargetingRule(rule: RuleDefinition, index: number, map: ConditionMapper): TargetingRule {
  return {
    id: rule.id ?? `rule-${index + 1}`,
    ...(rule.name !== undefined && { name: rule.name }),
    enabled: rule.enabled ?? true,
    rollout: rule.rollout ?? 100,
    conditions: rule.conditions.map(map),
    ...(rule.variationId !== undefined && { variationId: rule.variationId }),
  };
}
