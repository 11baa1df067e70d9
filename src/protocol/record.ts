/** A JSON object as a server may send it: nothing is known about its values. */
export type WireRecord = Readonly<Record<string, unknown>>;

/** Whether a parsed JSON value is an object, and neither `null` nor an array. */
export function isRecord(value: unknown): value is WireRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value under `key`, never one that every object inherits, such as `constructor`. */
export function ownValue(record: WireRecord, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
