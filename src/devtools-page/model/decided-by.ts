import type { FlagDefinition } from "../../dev-server/flags-file/types";
import type { EvaluationReason } from "../../flags/types";

/** What decided about a flag, in the words of its definition. */
export function decidedBy(reason: EvaluationReason, definition: FlagDefinition): string {
  switch (reason.kind) {
    case "OFF":
      return "off for everybody";
    case "TARGET_MATCH":
      return "targeted user";
    case "RULE_MATCH": {
      const rule = definition.rules?.[reason.ruleIndex ?? -1];
      const name = rule?.name ?? reason.ruleId ?? rule?.id ?? "a rule";
      return reason.inRollout === false ? `rule ${name}, outside its rollout` : `rule ${name}`;
    }
    case "FALLTHROUGH": {
      const rollout = `rollout ${definition.rollout ?? 100} %`;
      return reason.inRollout === false ? `outside ${rollout}` : rollout;
    }
    default:
      return reason.errorKind ?? "unknown";
  }
}
