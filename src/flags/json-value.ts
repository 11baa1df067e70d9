import type { JsonValue } from "./types";

/**
 * Deeper values are refused: what walks them later (comparing, persisting, the
 * app itself) may be recursive and would overflow the stack.
 */
export const MAX_JSON_DEPTH = 200;

/**
 * Freezes a JSON value at every level.
 *
 * @returns false when it is nested too deeply or holds what JSON cannot
 *   carry (`1e999` parses to `Infinity`); it may then be frozen in part.
 */
export function freezeJson(value: unknown, depth = 0): value is JsonValue {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "string" || typeof value === "boolean" || value === null) return true;
  if (typeof value !== "object") return false;
  if (depth === MAX_JSON_DEPTH) return false;
  for (const child of Object.values(value)) {
    if (!freezeJson(child, depth + 1)) return false;
  }
  Object.freeze(value);
  return true;
}
