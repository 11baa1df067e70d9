import { freezeJson } from "../protocol/json-value";
import { type Flag, makeFlag } from "./flag";
import type { EvaluationReason, FlagType, JsonValue } from "./types";

/** Flags given as plain values, by bootstrap or override; what is no boolean is on. */
export function flagOfValue(value: JsonValue, reason?: EvaluationReason): Flag {
  return makeFlag(value !== false, typeOf(value), freezeJson(value), reason);
}

function typeOf(value: JsonValue): FlagType {
  const type = typeof value;
  return type === "boolean" || type === "string" || type === "number" ? type : "json";
}
