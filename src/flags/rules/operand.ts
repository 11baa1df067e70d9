import { isScalar, type Scalar } from "./scalar";

/** What a condition compares with. */
export type Operand = Scalar | readonly Scalar[];

/**
 * Reads a condition's `value`; `undefined` for null, objects and what is missing.
 * Such members of a list are left out: no attribute can equal them.
 */
export function readOperand(raw: unknown): Operand | undefined {
  if (Array.isArray(raw)) return raw.filter(isScalar);
  return isScalar(raw) ? raw : undefined;
}
