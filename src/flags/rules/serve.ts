import { type Flag, MALFORMED_FLAG, makeFlag } from "../flag";
import { freezeJson } from "../json-value";
import type { EvaluationReason, FlagType, JsonValue } from "../types";
import { isRecord, type RawRecord } from "./is-record";
import { isScalar } from "./scalar";

/** Makes the answer of a flag for users for whom it is on or off. */
export type Serve = (on: boolean, reason: EvaluationReason, variationId?: unknown) => Flag;

/** What a flag without a type serves: whether it is on. */
export const servePlain: Serve = (on, reason) => makeFlag(on, "boolean", on, reason);

const ZERO: Record<FlagType, JsonValue> = { boolean: false, string: "", number: 0, json: null };

/**
 * What a flag serves; `undefined` when its type or its variations cannot be read.
 *
 * On: the variation that the rule names, else the first in the list, else
 * `defaultValue` (true for a boolean flag). Off: `defaultValue`, else the type's
 * zero. A value that is not of the type, or nests too deeply, becomes `MALFORMED_FLAG`, so that callers
 * get their own default.
 */
export function serveOf(raw: RawRecord): Serve | undefined {
  const { type, defaultValue } = raw;
  const variations = raw["variations"] ?? [];
  if (type === undefined || type === null) return servePlain;
  if (!isFlagType(type) || !Array.isArray(variations)) return undefined;

  const values = [defaultValue, ...variations.map((it) => isVariation(it) && it.value)];
  // Deeper ones would overflow whoever compares or writes them; the same bound holds for fetched flags.
  const unfit = new Set(values.filter((value) => !freezeJson(value)));
  const byId = new Map<unknown, unknown>();
  for (const it of variations) if (isVariation(it) && !byId.has(it.id)) byId.set(it.id, it);

  const answer = (on: boolean, value: unknown, reason: EvaluationReason, id?: string) =>
    !unfit.has(value) && isOfType(type, value)
      ? makeFlag(type === "boolean" ? value === true : on, type, value, reason, id)
      : MALFORMED_FLAG;
  return (on, reason, variationId) => {
    if (!on) return answer(on, defaultValue ?? ZERO[type], reason);
    if (variations.length === 0) return answer(on, type === "boolean" || defaultValue, reason);
    const chosen = byId.get(variationId) ?? variations[0];
    return isVariation(chosen) ? answer(on, chosen.value, reason, chosen.id) : MALFORMED_FLAG;
  };
}

function isFlagType(value: unknown): value is FlagType {
  return typeof value === "string" && Object.hasOwn(ZERO, value);
}

function isVariation(value: unknown): value is { id: string; value: unknown } {
  return isRecord(value) && typeof value["id"] === "string";
}

function isOfType(type: FlagType, value: unknown): value is JsonValue {
  if (type === "json") return typeof value === "object" || isScalar(value);
  // JSON can spell numbers that become infinite, such as 1e999.
  return typeof value === type && value !== Infinity && value !== -Infinity;
}
