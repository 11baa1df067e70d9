import type { EvaluationDetail, FlagKey, FlagKeyFor, JsonValue, ValueFor } from "rollgate";
import { isSameAnswer } from "./same";
import { useCount, useReading } from "./use-reading";

/**
 * The value of a flag, of the default's type: on or off for a boolean (false when there
 * is no default), text, number or JSON of a flag of that type, any value for `null`.
 * The component renders again when this value changes, and for no other flag.
 *
 * @example
 * const isNew = useFlag("new-checkout");
 * const banner = useFlag("banner", "Hello");
 */
export function useFlag(key: FlagKey): boolean;
export function useFlag<D extends JsonValue>(key: FlagKeyFor<D>, defaultValue: D): ValueFor<D>;
export function useFlag(key: FlagKey, defaultValue: JsonValue = false): JsonValue {
  const who = "useFlag()";
  const value = useReading({ who, key, read: (flags) => flags.get(key, defaultValue) });
  useCount(who, key, value);
  return value;
}

/**
 * The same, with reason and origin. The component renders again when the value, the
 * reason, the origin or staleness changes; `updatedAt` and `version` are of that moment.
 */
export function useFlagDetail(key: FlagKey): EvaluationDetail<boolean>;
export function useFlagDetail<D extends JsonValue>(
  key: FlagKeyFor<D>,
  defaultValue: D,
): EvaluationDetail<ValueFor<D>>;
export function useFlagDetail(
  key: FlagKey,
  defaultValue: JsonValue = false,
): EvaluationDetail<JsonValue> {
  const who = "useFlagDetail()";
  const detail = useReading<EvaluationDetail<JsonValue>>({
    who,
    key,
    detailed: true,
    read: (flags) => flags.getDetail(key, defaultValue),
    isSame: isSameAnswer,
  });
  useCount(who, key, detail.value);
  return detail;
}
