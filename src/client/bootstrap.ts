import type { BootstrapConfig, BootstrapDetail } from "../config";
import { type Flag, MALFORMED_FLAG, makeFlag } from "../flags/flag";
import { freezeJson } from "../flags/json-value";
import type { EvaluationReason, FlagType, JsonValue } from "../flags/types";

/** Flags of one user as plain data: what the option `bootstrap` and `applyBootstrap` take. */
export type FlagsBootstrap = Omit<BootstrapConfig, "rules">;

/** A flag given as a plain value, by bootstrap or override; what is no boolean is on, what is no JSON malformed. */
export function flagOfValue(
  value: JsonValue,
  reason?: EvaluationReason,
  detail?: BootstrapDetail,
): Flag {
  const own = copy(value);
  if (!freezeJson(own)) return MALFORMED_FLAG;
  const type = detail?.type === "json" ? "json" : typeOf(own);
  const said = type === "boolean" ? undefined : detail?.on;
  const on = typeof said === "boolean" ? said : own !== false;
  return makeFlag(on, type, own, reason, detail?.variationId);
}

/** The flags of a bootstrap. */
export function flagsOfBootstrap({
  flags = {},
  reasons = {},
  details = {},
}: FlagsBootstrap): Map<string, Flag> {
  return new Map(
    Object.entries(flags).map(([key, value]) => [
      key,
      flagOfValue(value, own(reasons, key), own(details, key)),
    ]),
  );
}

/** The reverse of {@link flagsOfBootstrap}; says nothing that goes without saying. */
export function bootstrapOf(
  served: Iterable<readonly [string, Flag | undefined]>,
): Required<FlagsBootstrap> {
  const flags: Record<string, JsonValue> = Object.create(null);
  const reasons: Record<string, EvaluationReason> = Object.create(null);
  const details: Record<string, BootstrapDetail> = Object.create(null);
  for (const [key, flag] of served) {
    if (flag === undefined || flag.malformed) continue;
    const { value } = flag;
    flags[key] = value;
    if (!goesWithoutSaying(flag)) reasons[key] = flag.reason;
    const detail: BootstrapDetail = {
      ...(flag.on !== (value !== false) && { on: flag.on }),
      ...(flag.type !== typeOf(value) && { type: "json" }),
      ...(flag.variationId !== undefined && { variationId: flag.variationId }),
    };
    if (Object.keys(detail).length > 0) details[key] = detail;
  }
  return { flags, reasons, details };
}

function goesWithoutSaying({ on, reason: { kind, inRollout, ruleId } }: Flag): boolean {
  return kind === "FALLTHROUGH" && inRollout === on && ruleId === undefined;
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

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
