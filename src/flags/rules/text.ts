import type { Scalar } from "./scalar";

/**
 * The form in which texts are compared. Lower-cased one code point at a time as
 * Go does it: JavaScript alone turns a final Σ into ς and İ into two characters.
 */
export function toText(value: Scalar): string {
  const text = String(value);
  if (!/[Σİ]/.test(text)) return text.toLowerCase();
  return text.replaceAll("Σ", "σ").replaceAll("İ", "i").toLowerCase();
}
