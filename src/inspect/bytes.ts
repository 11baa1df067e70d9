const encoder = new TextEncoder();
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
const ASCII = /^[\x00-\x7f]*$/;

/** Whether a text takes at most that many bytes in UTF-8. */
export function fits(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return false;
  // No character takes more than three bytes per UTF-16 unit.
  return text.length * 3 <= maxBytes || ASCII.test(text) || bytesOf(text) <= maxBytes;
}

export function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** The beginning of a text, with a mark where it was cut. */
export function shorten(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}${CUT}`;
}

/** Marks what was cut: at the end of a text, or as the name of a field that counts what is missing. */
export const CUT = "…";
