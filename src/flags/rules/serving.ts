import { type Flag, MALFORMED_FLAG, makeFlag } from "../flag";
import type { EvaluationReason, FlagType, JsonValue } from "../types";
import { deepFreeze } from "./deep-freeze";
import { asList, isRecord, type RawRecord } from "./raw";
import { isScalar } from "./scalar";

/** Makes the answers of one flag, for users for whom it is on and off. */
export interface Serving {
  on(reason: EvaluationReason, variationId?: string): Flag;
  off(reason: EvaluationReason): Flag;
}

const ZERO: Record<FlagType, JsonValue> = { boolean: false, string: "", number: 0, json: null };

/** A flag without a type serves whether it is on. */
export const PLAIN_SERVING: Serving = {
  on: (reason) => makeFlag(true, "boolean", true, reason),
  off: (reason) => makeFlag(false, "boolean", false, reason),
};

/**
 * What a flag serves.
 *
 * On: the variation that the rule names, else the first in the list, else
 * `defaultValue` (a boolean flag without variations: true). Off: `defaultValue`,
 * else the type's zero. A value that is not of the flag's type becomes
 * `MALFORMED_FLAG`, so that callers get their own default.
 *
 * @throws TypeError when type or variations cannot be read.
 */
export function servingOf(raw: RawRecord): Serving {
  const type = raw["type"] ?? undefined;
  if (type === undefined) return PLAIN_SERVING;
  if (!isFlagType(type)) throw new TypeError("its type is unknown");
  const variations = asList(raw["variations"]);
  if (variations === undefined) throw new TypeError("its variations are no list");
  const { defaultValue } = raw;
  deepFreeze([defaultValue, variations]);
  const byId = new Map(
    variations
      .filter(isVariation)
      .map((it) => [it.id, it])
      .reverse(),
  );

  return {
    on(reason, variationId) {
      if (variations.length === 0) {
        return typedFlag(true, type, type === "boolean" || defaultValue, reason);
      }
      const chosen = byId.get(variationId ?? "") ?? variations[0];
      if (!isVariation(chosen)) return MALFORMED_FLAG;
      return typedFlag(true, type, chosen.value, reason, chosen.id);
    },
    off: (reason) => typedFlag(false, type, defaultValue ?? ZERO[type], reason),
  };
}

function typedFlag(
  on: boolean,
  type: FlagType,
  value: unknown,
  reason: EvaluationReason,
  variationId?: string,
): Flag {
  if (!isOfType(type, value)) return MALFORMED_FLAG;
  return makeFlag(type === "boolean" ? value === true : on, type, value, reason, variationId);
}

function isOfType(type: FlagType, value: unknown): value is JsonValue {
  if (type === "json") return value === null || typeof value === "object" || isScalar(value);
  // JSON spells numbers that become infinite, such as 1e999.
  return typeof value === type && (type !== "number" || Number.isFinite(value));
}

function isVariation(value: unknown): value is { id: string; value: unknown } {
  return isRecord(value) && typeof value["id"] === "string";
}

function isFlagType(value: unknown): value is FlagType {
  return typeof value === "string" && Object.hasOwn(ZERO, value);
}
