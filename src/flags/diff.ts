import type { Flag } from "./flag";
import type { JsonValue } from "./types";

/** One flag that was added, changed or removed; `undefined` stands for "not there". */
export interface FlagChange {
  readonly key: string;
  readonly value: JsonValue | undefined;
  readonly previous: JsonValue | undefined;
}

type Flags = ReadonlyMap<string, Flag>;

/** What an evaluation of either set would answer differently. */
export function diffFlags(before: Flags, after: Flags): FlagChange[] {
  const changes: FlagChange[] = [];
  for (const [key, flag] of after) {
    const old = before.get(key);
    if (old === undefined || !sameFlag(old, flag)) {
      changes.push({ key, value: served(flag), previous: old && served(old) });
    }
  }
  if (before.size + changes.length > after.size) {
    for (const [key, old] of before) {
      if (!after.has(key)) changes.push({ key, value: undefined, previous: served(old) });
    }
  }
  return changes;
}

/** Whether both answer alike; reasons do not matter. */
export function sameFlag(a: Flag, b: Flag): boolean {
  return (
    a === b ||
    (a.on === b.on &&
      a.type === b.type &&
      a.malformed === b.malformed &&
      sameValue(a.value, b.value))
  );
}

/** Deep equality of two JSON values. */
export function sameValue(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameValue(valueAt(a, key), valueAt(b, key)));
}

function valueAt(container: object, key: string): JsonValue {
  return (container as Record<string, JsonValue>)[key] as JsonValue;
}

function served(flag: Flag): JsonValue | undefined {
  return flag.malformed ? undefined : flag.value;
}
