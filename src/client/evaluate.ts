import type { Flag } from "../flags/flag";
import type {
  ErrorKind,
  EvaluationDetail,
  EvaluationReason,
  FlagType,
  JsonValue,
  Source,
} from "../flags/types";
import type { FlagStore, Slot } from "./flag-store";

const UNKNOWN: EvaluationReason = Object.freeze({ kind: "UNKNOWN" });

const ERRORS = Object.freeze(
  Object.fromEntries(
    (
      [
        "CLIENT_NOT_READY",
        "WRONG_TYPE",
        "MALFORMED_FLAG",
        "RULES_NOT_AVAILABLE",
        "STALE",
        "EXCEPTION",
      ] as const
    ).map((errorKind) => [errorKind, Object.freeze({ kind: "ERROR", errorKind })]),
  ),
) as Readonly<Record<ErrorKind, EvaluationReason>>;

/** Counts one evaluation; a typed flag counts as true when it is on. */
export function countRead(slot: Slot, flag: Flag): void {
  if (flag.on) slot.on++;
  else slot.off++;
}

/** The caller's default, with the reason why. */
export function defaultDetail<T>(
  store: FlagStore,
  value: T,
  reason: EvaluationReason,
): EvaluationDetail<T> {
  return makeDetail(store, value, reason, "default", undefined);
}

/** A per-call user cannot be evaluated without rules; another user's value is never served. */
export function rulesMissing<T>(store: FlagStore, value: T): EvaluationDetail<T> {
  return defaultDetail(store, value, ERRORS.RULES_NOT_AVAILABLE);
}

/** What `isEnabledDetail` answers from the flags in hand. */
export function enabledDetail(
  store: FlagStore,
  key: string,
  fallback: boolean,
): EvaluationDetail<boolean> {
  const slot = store.slots.get(key);
  const flag = slot?.flag;
  if (slot === undefined || flag === undefined || flag.malformed) {
    return absentDetail(store, flag, fallback);
  }
  countRead(slot, flag);
  return makeDetail(store, flag.on, flag.reason, store.sourceOf(key), flag.variationId);
}

/** What the typed getters answer; `type` undefined takes any. */
export function valueDetail<T extends JsonValue>(
  store: FlagStore,
  key: string,
  type: FlagType | undefined,
  fallback: T,
): EvaluationDetail<T> {
  const slot = store.slots.get(key);
  const flag = slot?.flag;
  if (slot === undefined || flag === undefined || flag.malformed) {
    return absentDetail(store, flag, fallback);
  }
  countRead(slot, flag);
  if (type !== undefined && flag.type !== type) {
    return defaultDetail(store, fallback, ERRORS.WRONG_TYPE);
  }
  return makeDetail(store, flag.value as T, flag.reason, store.sourceOf(key), flag.variationId);
}

function absentDetail<T>(
  store: FlagStore,
  flag: Flag | undefined,
  fallback: T,
): EvaluationDetail<T> {
  if (flag !== undefined) return defaultDetail(store, fallback, ERRORS.MALFORMED_FLAG);
  const { absence } = store;
  return defaultDetail(store, fallback, absence === undefined ? UNKNOWN : ERRORS[absence]);
}

/** Written out for each case: spreading optional members costs twenty times as much. */
function makeDetail<T>(
  store: FlagStore,
  value: T,
  reason: EvaluationReason,
  source: Source,
  variationId: string | undefined,
): EvaluationDetail<T> {
  const { stale, version } = store;
  const updatedAt = store.set?.confirmedAt;
  if (updatedAt === undefined) return { value, reason, source, stale, version };
  if (variationId === undefined) return { value, reason, source, stale, updatedAt, version };
  return { value, reason, variationId, source, stale, updatedAt, version };
}
