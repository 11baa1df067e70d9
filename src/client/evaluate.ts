import type { Flag } from "../flags/flag";
import type {
  ErrorKind,
  EvaluationDetail,
  EvaluationReason,
  FlagType,
  JsonValue,
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
  return withOrigin(store, { value, reason, source: "default" });
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
  return detail(store, key, fallback, (flag) => flag.on);
}

/** What the typed getters answer; `type` undefined takes any. */
export function valueDetail<T extends JsonValue>(
  store: FlagStore,
  key: string,
  type: FlagType | undefined,
  fallback: T,
): EvaluationDetail<T> {
  return detail(store, key, fallback, (flag) =>
    type === undefined || flag.type === type ? (flag.value as T) : undefined,
  );
}

function detail<T>(
  store: FlagStore,
  key: string,
  fallback: T,
  read: (flag: Flag) => T | undefined,
): EvaluationDetail<T> {
  const slot = store.slots.get(key);
  const flag = slot?.flag;
  if (slot === undefined || flag === undefined) {
    const { absence } = store;
    return defaultDetail(store, fallback, absence === undefined ? UNKNOWN : ERRORS[absence]);
  }
  if (flag.malformed) return defaultDetail(store, fallback, ERRORS.MALFORMED_FLAG);
  countRead(slot, flag);
  const value = read(flag);
  if (value === undefined) return defaultDetail(store, fallback, ERRORS.WRONG_TYPE);
  const { reason, variationId } = flag;
  return withOrigin(store, {
    value,
    reason,
    source: store.sourceOf(key),
    ...(variationId !== undefined && { variationId }),
  });
}

function withOrigin<T>(
  store: FlagStore,
  found: Omit<EvaluationDetail<T>, "stale" | "version" | "updatedAt">,
): EvaluationDetail<T> {
  const updatedAt = store.set?.confirmedAt;
  return {
    ...found,
    stale: store.stale,
    version: store.version,
    ...(updatedAt !== undefined && { updatedAt }),
  };
}
