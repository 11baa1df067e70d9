import type { JsonValue } from "../flags/types";

/** Bounds of a value's size as JSON in UTF-8 bytes, added to while it is copied. */
export interface SizeBounds {
  atLeast: number;
  atMost: number;
}

/** The value cannot be copied; the message completes "metadata …". */
export class CopyError extends Error {}

/** Deeper nesting is a circle or a mistake. */
const MAX_DEPTH = 64;

/**
 * Copies a value as JSON would carry it: `toJSON` is asked, members that are
 * `undefined` are left out, numbers that are not finite become `null`.
 *
 * @param size starts with what else will be sent, and is added to.
 * @throws CopyError where JSON would refuse (a circle, a BigInt), where it would
 *   lose something (a function, a symbol), and once `size.atLeast` exceeds
 *   `maxBytes`. What a getter, a proxy or a `toJSON` throws passes through.
 */
export function copyJson(value: unknown, maxBytes: number, size: SizeBounds): JsonValue {
  return copy(value, "", { maxBytes, size }, 0) ?? null;
}

interface Copying {
  readonly maxBytes: number;
  readonly size: SizeBounds;
}

function copy(given: unknown, key: string, copying: Copying, depth: number): JsonValue | undefined {
  const value = typeof given === "object" && given !== null ? withToJson(given, key) : given;
  switch (typeof value) {
    case "string":
      countText(value, copying);
      return value;
    case "number":
      count(1, 25, copying);
      return Number.isFinite(value) ? value : null;
    case "boolean":
      count(4, 5, copying);
      return value;
    case "undefined":
      return undefined;
    case "object":
      count(2, 4, copying);
      return value === null ? null : copyObject(value, copying, depth + 1);
    default:
      throw new CopyError(`holds a ${typeof value}, which JSON cannot carry`);
  }
}

function withToJson(value: object, key: string): unknown {
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === "function" ? toJSON.call(value, key) : value;
}

function copyObject(value: object, copying: Copying, depth: number): JsonValue {
  if (depth > MAX_DEPTH) throw new CopyError(`is circular or deeper than ${MAX_DEPTH} levels`);
  return Array.isArray(value)
    ? copyItems(value, copying, depth)
    : copyMembers(value as Record<string, unknown>, copying, depth);
}

function copyItems(items: readonly unknown[], copying: Copying, depth: number): JsonValue {
  const result: JsonValue[] = [];
  for (let i = 0; i < items.length; i++) {
    count(1, 5, copying);
    result.push(copy(items[i], String(i), copying, depth) ?? null);
  }
  return result;
}

function copyMembers(source: Record<string, unknown>, copying: Copying, depth: number): JsonValue {
  const result: Record<string, JsonValue> = {};
  for (const key of Object.keys(source)) {
    const member = copy(source[key], key, copying, depth);
    if (member === undefined) continue;
    countText(key, copying);
    count(1, 2, copying);
    // Assigning to `__proto__` would change the prototype instead of adding a member.
    if (key === "__proto__") Object.defineProperty(result, key, { ...OWN, value: member });
    else result[key] = member;
  }
  return result;
}

const OWN = { enumerable: true, configurable: true, writable: true };

/** One UTF-16 unit takes one to six bytes (`\u0001`). */
function countText(text: string, copying: Copying): void {
  count(text.length + 2, text.length * 6 + 2, copying);
}

function count(atLeast: number, atMost: number, { size, maxBytes }: Copying): void {
  size.atLeast += atLeast;
  size.atMost += atMost;
  if (size.atLeast > maxBytes) throw new CopyError(`makes the event larger than ${maxBytes} bytes`);
}
