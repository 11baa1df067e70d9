import type { BootstrapConfig } from "../config";
import { type Flag, MALFORMED_FLAG, makeFlag } from "../flags/flag";
import { freezeJson } from "../flags/json-value";
import type { EvaluationReason, FlagType, JsonValue } from "../flags/types";

/** Flags given as plain values, by bootstrap or override; what is no boolean is on, what is no JSON malformed. */
export function flagOfValue(value: JsonValue, reason?: EvaluationReason): Flag {
  const own = copy(value);
  if (!freezeJson(own)) return MALFORMED_FLAG;
  return makeFlag(own !== false, typeOf(own), own as JsonValue, reason);
}

/** The flags of a bootstrap, each with its reason where one is given. */
export function flagsOfBootstrap(
  bootstrap: Pick<BootstrapConfig, "flags" | "reasons">,
): Map<string, Flag> {
  const { flags = {}, reasons = {} } = bootstrap;
  return new Map(
    Object.entries(flags).map(([key, value]) => [
      key,
      flagOfValue(value, Object.hasOwn(reasons, key) ? reasons[key] : undefined),
    ]),
  );
}

/** The app's own objects must not be frozen. */
function copy(value: JsonValue): unknown {
  try {
    return structuredClone(value);
  } catch {
    return undefined;
  }
}

function typeOf(value: JsonValue): FlagType {
  const type = typeof value;
  return type === "boolean" || type === "string" || type === "number" ? type : "json";
}
