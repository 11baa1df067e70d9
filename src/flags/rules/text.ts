import type { Scalar } from "./scalar";

/**
 * The form in which texts are compared. Lower-cased one code point at a time as
 * Go does it: JavaScript alone turns a final Σ into ς and İ into two characters.
 */
export function toText(value: Scalar): string {
  const text = typeof value === "string" ? value : String(value);
  if (isPlain(text)) return text;
  if (!/[Σİ]/.test(text)) return text.toLowerCase();
  return text.replaceAll("Σ", "σ").replaceAll("İ", "i").toLowerCase();
}

/** Whether lower-casing changes nothing for sure; most texts that are compared are short and like that. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f || (unit >= 0x41 && unit <= 0x5a)) return false;
  }
  return true;
}
