import type { Scalar } from "./scalar";

// What Go's strconv.ParseFloat takes, hexadecimal floats and names aside:
// no spaces around, no "0x10", no "1_000", but ".5", "5." and "+1e3".
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** The finite number that a value is or spells, else NaN. */
export function toNumber(value: Scalar): number {
  if (typeof value !== "number" && !DECIMAL.test(String(value))) return Number.NaN;
  const number = Number(value);
  return Number.isFinite(number) ? number : Number.NaN;
}
