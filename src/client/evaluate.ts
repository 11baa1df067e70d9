import type { Flag } from "../flags/flag";
import type {
  ErrorKind,
  EvaluationDetail,
  EvaluationReason,
  FlagType,
  JsonValue,
  Source,
  UserContext,
} from "../flags/types";
import type { FlagStore } from "./flag-store";
import type { Answers } from "./remembered-answers";
import type { Slot, Slots } from "./slots";

/** For whom to evaluate: the current user when it is undefined, nobody when null. */
export type ForWhom = UserContext | null | undefined;

/** Where an evaluation reads: the flags in hand, or a picture of them. */
export type Reading = Pick<
  FlagStore,
  | "absence"
  | "flagFor"
  | "rules"
  | "rulesAbsence"
  | "rulesStale"
  | "set"
  | "sourceOf"
  | "stale"
  | "version"
> & { readonly slots: Pick<Slots, "get"> };

const UNKNOWN: EvaluationReason = Object.freeze({ kind: "UNKNOWN" });

const failed = (errorKind: ErrorKind): EvaluationReason =>
  Object.freeze({ kind: "ERROR", errorKind });

// What a flag itself suffers from is in its own reason.
const ERRORS = {
  CLIENT_NOT_READY: failed("CLIENT_NOT_READY"),
  RULES_NOT_AVAILABLE: failed("RULES_NOT_AVAILABLE"),
  STALE: failed("STALE"),
  WRONG_TYPE: failed("WRONG_TYPE"),
};

/** Counts one evaluation; a typed flag counts as true when it is on. */
export function countRead(slot: Slot, flag: Flag): void {
  if (flag.on) slot.on++;
  else slot.off++;
}

/** What `isEnabled` answers for a user whom the rules answer for. */
export function enabledFor(
  answers: Answers,
  key: string,
  fallback: boolean,
  user: UserContext | null,
): boolean {
  const slot = answers.slots.get(key);
  const flag = slot && answers.flagFor(slot, key, user ?? undefined);
  if (slot === undefined || flag === undefined || flag.malformed) return fallback;
  countRead(slot, flag);
  return flag.on;
}

/** What `isEnabledDetail` answers. */
export function enabledDetail(
  store: Reading,
  key: string,
  fallback: boolean,
  user: ForWhom,
): EvaluationDetail<boolean> {
  const slot = store.slots.get(key);
  const flag = slot && flagOf(store, slot, key, user);
  if (slot === undefined || flag === undefined || flag.malformed) {
    return absentDetail(store, flag, fallback, user);
  }
  countRead(slot, flag);
  return flagDetail(store, key, flag.on, flag, user);
}

/** What the typed getters answer; `type` undefined takes any. */
export function valueDetail<T extends JsonValue>(
  store: Reading,
  key: string,
  type: FlagType | undefined,
  fallback: T,
  user: ForWhom,
): EvaluationDetail<T> {
  const slot = store.slots.get(key);
  const flag = slot && flagOf(store, slot, key, user);
  if (slot === undefined || flag === undefined || flag.malformed) {
    return absentDetail(store, flag, fallback, user);
  }
  countRead(slot, flag);
  if (type !== undefined && flag.type !== type) {
    return defaultDetail(store, fallback, ERRORS.WRONG_TYPE, user);
  }
  return flagDetail(store, key, flag.value as T, flag, user);
}

function flagOf(store: Reading, slot: Slot, key: string, user: ForWhom): Flag | undefined {
  return user === undefined ? slot.flag : store.flagFor(slot, key, user ?? undefined);
}

function flagDetail<T>(
  store: Reading,
  key: string,
  value: T,
  { reason, variationId }: Flag,
  user: ForWhom,
): EvaluationDetail<T> {
  const source = store.sourceOf(key, user !== undefined);
  return makeDetail(store, value, reason, source, variationId, user);
}

function absentDetail<T>(
  store: Reading,
  flag: Flag | undefined,
  fallback: T,
  user: ForWhom,
): EvaluationDetail<T> {
  if (flag !== undefined) return defaultDetail(store, fallback, flag.reason, user);
  const absence = user === undefined ? store.absence : store.rulesAbsence;
  return defaultDetail(store, fallback, absence === undefined ? UNKNOWN : ERRORS[absence], user);
}

/** The caller's default, with the reason why. */
function defaultDetail<T>(
  store: Reading,
  value: T,
  reason: EvaluationReason,
  user: ForWhom,
): EvaluationDetail<T> {
  return makeDetail(store, value, reason, "default", undefined, user);
}

/** Written out for each case: spreading optional members costs twenty times as much. */
function makeDetail<T>(
  store: Reading,
  value: T,
  reason: EvaluationReason,
  source: Source,
  variationId: string | undefined,
  user: ForWhom,
): EvaluationDetail<T> {
  const { version } = store;
  const stale = user === undefined ? store.stale : store.rulesStale;
  const updatedAt = user === undefined ? store.set?.confirmedAt : store.rules?.confirmedAt;
  if (updatedAt === undefined) return { value, reason, source, stale, version };
  if (variationId === undefined) return { value, reason, source, stale, updatedAt, version };
  return { value, reason, variationId, source, stale, updatedAt, version };
}
