/** A JSON object whose members are still unknown. */
export type RawRecord = { readonly [key: string]: unknown };

/** Whether a value is an object as JSON means it. */
export function isRecord(value: unknown): value is RawRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list where absent and null mean none, as Go's JSON has it; `undefined` for anything else. */
export function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : undefined;
}

/** A percentage where absent and null mean 0, as Go's JSON has it; `undefined` for anything else. */
export function asRollout(value: unknown): number | undefined {
  return typeof value === "number" ? value : value === undefined || value === null ? 0 : undefined;
}
