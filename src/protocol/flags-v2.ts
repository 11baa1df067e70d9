import { type Flag, MALFORMED_FLAG, makeFlag } from "../flags/flag";
import { freezeJson } from "../flags/json-value";
import type { FlagType, JsonValue } from "../flags/types";
import { flagsObjectOf } from "./flags-object";
import { createReasonTable, type ReasonTable } from "./reasons";
import { isRecord } from "./record";

/**
 * Reads `GET /api/v1/sdk/v2/flags`: typed values, deeply frozen.
 *
 * @throws InvalidResponseError when the body holds no `flags` object.
 */
export function readFlagsV2(body: unknown): Map<string, Flag> {
  const wire = flagsObjectOf(body);
  const table = createReasonTable();
  const flags = new Map<string, Flag>();
  for (const key of Object.keys(wire)) flags.set(key, readTypedFlag(wire[key], table));
  return flags;
}

function readTypedFlag(raw: unknown, reasons: ReasonTable): Flag {
  if (!isRecord(raw)) return MALFORMED_FLAG;
  const { type, enabled, variationId } = raw;
  if (!isFlagType(type) || typeof enabled !== "boolean") return MALFORMED_FLAG;
  const value = servedValue(raw["value"], type, enabled);
  if (value === undefined) return MALFORMED_FLAG;
  const on = type === "boolean" ? value === true : enabled;
  const { reason } = reasons.read(raw["reason"], on);
  return makeFlag(
    on,
    type,
    value,
    reason,
    typeof variationId === "string" ? variationId : undefined,
  );
}

/** The value to serve, or `undefined` when an enabled flag's value is not of its type. */
function servedValue(value: unknown, type: FlagType, enabled: boolean): JsonValue | undefined {
  if (enabled) return fits(value, type) ? value : undefined;
  // A flag that is off may say `false` whatever its type: for `json`, too, that is no value of its own.
  return type !== "boolean" && value !== false && fits(value, type) ? value : NEUTRAL[type];
}

const NEUTRAL = { boolean: false, string: "", number: 0, json: null } as const;

function isFlagType(type: unknown): type is FlagType {
  return typeof type === "string" && Object.hasOwn(NEUTRAL, type);
}

function fits(value: unknown, type: FlagType): value is JsonValue {
  if (type === "json") return value !== undefined && freezeJson(value);
  return typeof value === type && (type !== "number" || Number.isFinite(value));
}
