import { CUT, shorten } from "./bytes";

export type Fields = Readonly<Record<string, unknown>>;

const MAX_NUMBERS = 16;
const MAX_TEXT = 64;

/**
 * The fields of an event or a context that may leave: numbers, booleans, null and
 * lists of numbers; texts only when they are asked for. Whatever is nested stays,
 * and with it users, attributes, metadata, flags and errors.
 */
export function plainFields(source: unknown, texts: boolean): Record<string, unknown> {
  if (typeof source !== "object" || source === null || Array.isArray(source)) return {};
  const kept: Record<string, unknown> = {};
  let cut = 0;
  for (const key of Object.keys(source)) {
    const value = (source as Fields)[key];
    if (typeof value === "number") kept[key] = finite(value);
    else if (typeof value === "boolean") kept[key] = value;
    else if (typeof value === "string") {
      if (texts) kept[key] = shorten(value, MAX_TEXT);
    } else if (key === "__proto__") cut++;
    else if (value === null) kept[key] = value;
    else if (isNumbers(value)) {
      if (value.length > MAX_NUMBERS) cut++;
      kept[key] = value.slice(0, MAX_NUMBERS).map(finite);
    }
  }
  if (cut > 0) kept[CUT] = cut;
  return kept;
}

/** As many fields as take at most that many bytes as JSON; the number of the others is told. */
export function cutFields(
  fields: Fields,
  maxBytes: number,
  sizeOf: (json: string) => number,
): Record<string, unknown> {
  const kept: [string, unknown][] = [];
  let left = maxBytes - sizeOf(JSON.stringify({ [CUT]: Number.MAX_SAFE_INTEGER }));
  let cut = typeof fields[CUT] === "number" ? fields[CUT] : 0;
  for (const [key, value] of Object.entries(fields)) {
    if (key === CUT) continue;
    const size = sizeOf(JSON.stringify({ [key]: value }));
    if (size > left) cut++;
    else {
      left -= size;
      kept.push([key, value]);
    }
  }
  if (cut > 0) kept.push([CUT, cut]);
  return Object.fromEntries(kept);
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}

/** JSON knows no other numbers. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
