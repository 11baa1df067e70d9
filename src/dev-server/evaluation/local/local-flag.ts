import type { FlagRule, TargetingRule } from "../../../flags/types";
import type { FlagDefinition, RuleDefinition } from "../../flags-file/types";
import { toFlagRule } from "../flag-rule";
import type { SegmentRules } from "./segment-rules";

/**
 * The wire form of a flag whose rules ask about the user alone. A rule that asks
 * about segments becomes as many as it takes, with the same id, rollout and
 * variation, in its place: whichever of them matches first ends the search as
 * the rule itself would.
 *
 * @throws Inexpressible
 */
export function toLocalFlag(key: string, flag: FlagDefinition, segments: SegmentRules): FlagRule {
  const wire = toFlagRule(key, flag, (condition) => condition);
  const rules = (wire.rules ?? []).flatMap((rule, index) => {
    const { conditions } = flag.rules?.[index] ?? { conditions: [] };
    if (!asksAboutSegments({ conditions })) return [rule];
    // A rule that is never asked, and segments that nobody needs to know.
    if (!flag.enabled || !rule.enabled) return [];
    return segments
      .alternatives(conditions)
      .map((alternative): TargetingRule => ({ ...rule, conditions: alternative }));
  });
  return { ...wire, rules };
}

function asksAboutSegments({ conditions }: Pick<RuleDefinition, "conditions">): boolean {
  return conditions.some(({ attribute }) => attribute === "segment");
}
