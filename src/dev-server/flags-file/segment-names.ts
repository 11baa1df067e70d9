import type { ConditionDefinition, SegmentDefinition } from "./types";

/** Segments that a condition asks about; none when it is about something else. */
export function segmentNames(condition: ConditionDefinition): readonly string[] {
  const { attribute, value } = condition;
  if (attribute !== "segment" || value === undefined) return [];
  const names = Array.isArray(value) ? value.map(String) : String(value).split(",");
  return names.map((name) => name.trim()).filter((name) => name !== "");
}

/** Segments that a segment's own conditions ask about. */
export function segmentsBelow(segment: SegmentDefinition): readonly string[] {
  const groups = [
    segment.conditions ?? [],
    ...(segment.rules ?? []).map((rule) => rule.conditions),
  ];
  return groups.flat().flatMap(segmentNames);
}

/** Names of all segments, each after those it asks about. The file must be free of cycles. */
export function segmentOrder(
  segments: Readonly<Record<string, SegmentDefinition>>,
): readonly string[] {
  const done = new Set<string>();
  const visit = (name: string) => {
    const segment = Object.hasOwn(segments, name) ? segments[name] : undefined;
    if (segment === undefined || done.has(name)) return;
    for (const below of segmentsBelow(segment)) visit(below);
    done.add(name);
  };
  for (const name of Object.keys(segments)) visit(name);
  return [...done];
}

/** A chain of segments that ends where it began, or `undefined`. */
export function segmentCycle(
  segments: Readonly<Record<string, SegmentDefinition>>,
): readonly string[] | undefined {
  const cleared = new Set<string>();
  const follow = (name: string, chain: readonly string[]): readonly string[] | undefined => {
    if (chain.includes(name)) return [...chain.slice(chain.indexOf(name)), name];
    const segment = Object.hasOwn(segments, name) ? segments[name] : undefined;
    if (segment === undefined || cleared.has(name)) return undefined;
    for (const below of segmentsBelow(segment)) {
      const cycle = follow(below, [...chain, name]);
      if (cycle !== undefined) return cycle;
    }
    cleared.add(name);
    return undefined;
  };
  for (const name of Object.keys(segments)) {
    const cycle = follow(name, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
