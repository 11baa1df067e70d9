import type { Scalar } from "./scalar";

/**
 * The finite number that a value is or begins with, as the server's evaluation
 * vectors have it: " 5 " and "5 %" are 5, "1.9.9" is 1.9; "v2" and "Infinity" are none.
 */
export function toNumber(value: Scalar): number | undefined {
  const number = Number.parseFloat(String(value));
  return Number.isFinite(number) ? number : undefined;
}
