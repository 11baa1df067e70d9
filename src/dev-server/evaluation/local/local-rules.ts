import { createHash } from "node:crypto";
import type { RuleProblem } from "../../../flags/rules";
import type { Condition, FlagRule } from "../../../flags/types";
import type { FlagsFile, SegmentDefinition } from "../../flags-file/types";
import { canonicalJson } from "../canonical-json";
import { Inexpressible } from "./inexpressible";
import { toLocalFlag } from "./local-flag";
import { haveRoom } from "./readable";
import { SegmentRules } from "./segment-rules";

/** A flags file as clients evaluate it by themselves. */
export interface LocalRules {
  /** Equal for equal flags. */
  readonly version: string;
  /** By key; `null` for one that rules without segments cannot express. */
  readonly flags: Readonly<Record<string, FlagRule | null>>;
  /** Why there is a `null`, one for each. */
  readonly problems: readonly RuleProblem[];
}

/** The rules of a checked file, in which nobody needs to know its segments. */
export function localRules(file: FlagsFile): LocalRules {
  const segments = file.segments ?? {};
  const rules = new SegmentRules(segments);
  const problems: RuleProblem[] = [];
  const refuse = (key: string, why: string) => {
    problems.push({ key, message: `clients get their default from rules, since ${why}` });
    return null;
  };

  const expanded = Object.entries(file.flags).map(([key, flag]) => {
    try {
      return [key, toLocalFlag(key, flag, rules)] as const;
    } catch (error) {
      if (!(error instanceof Inexpressible)) throw error;
      const name = JSON.stringify(error.segment);
      return [
        key,
        refuse(key, `none can stand for the segment ${name}: ${error.message}`),
      ] as const;
    }
  });
  const asked = expanded.flatMap(([, flag]) => conditionsOf(flag));
  const isRoomy = haveRoom([...asked, ...Object.values(segments).flatMap(segmentConditions)]);
  const flags = expanded.map(([key, flag]) => {
    const isSent = isRoomy || !conditionsOf(flag).some(isPattern);
    return [key, isSent ? flag : refuse(key, TOO_MANY_PATTERNS)];
  });
  const byKey: LocalRules["flags"] = Object.fromEntries(flags);
  const hash = createHash("sha256").update(canonicalJson(byKey)).digest("hex");
  return { version: hash.slice(0, 16), flags: byKey, problems };
}

const TOO_MANY_PATTERNS =
  "the patterns of all flags and segments, and the ids that segments list, are too many together";

function isPattern({ operator }: Condition): boolean {
  return operator === "regex";
}

function conditionsOf(flag: FlagRule | null): readonly Condition[] {
  return (flag?.rules ?? []).flatMap(({ conditions }) => conditions);
}

function segmentConditions({ conditions = [], rules = [] }: SegmentDefinition) {
  return [...conditions, ...rules.flatMap((rule) => rule.conditions)];
}
