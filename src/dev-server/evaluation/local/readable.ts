import { compileRules } from "../../../flags/rules";
import type { Condition, FlagRule } from "../../../flags/types";

/** Whether an evaluator can read a condition: one that it cannot read never holds. */
export function isReadable(condition: Condition): boolean {
  return unreadable({ probe: probe(condition) }).length === 0;
}

/**
 * Whether an evaluator can hold the patterns of all these conditions at once: it
 * has room for a limited number, and takes one that finds no room for unreadable.
 */
export function haveRoom(conditions: readonly Condition[]): boolean {
  const patterns = conditions.filter(({ operator }) => operator === "regex");
  const distinct = new Map(patterns.map((one) => [JSON.stringify(one.value), one]));
  const probes = [...distinct].map(([key, one]) => [key, probe(one)] as const);
  return unreadable(Object.fromEntries(probes)).every((key) => {
    const pattern = distinct.get(key);
    return pattern !== undefined && !isReadable(pattern);
  });
}

function probe(condition: Condition): FlagRule {
  const rule = { id: "probe", enabled: true, rollout: 100, conditions: [condition] };
  return { key: "probe", enabled: true, rollout: 0, rules: [rule] };
}

/** Keys of the flags that hold something unreadable. */
function unreadable(flags: Readonly<Record<string, FlagRule>>): readonly string[] {
  const keys: string[] = [];
  compileRules(flags, ({ key }) => keys.push(key));
  return keys;
}
