/** A JSON object whose members are still unknown. */
export type RawRecord = { readonly [key: string]: unknown };

/** Whether a value is an object as JSON means it. */
export function isRecord(value: unknown): value is RawRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
