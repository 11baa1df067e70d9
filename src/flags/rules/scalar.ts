/** A value that conditions can compare. */
export type Scalar = string | number | boolean;

/** Whether a value can be compared at all. */
export function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Narrows to what counts as set: not the empty string, and no number that JSON could not carry. */
export function asSet(value: unknown): Scalar | undefined {
  if (value === "" || !isScalar(value)) return undefined;
  return typeof value === "number" && !Number.isFinite(value) ? undefined : value;
}
