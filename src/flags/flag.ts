import type { EvaluationReason, FlagType, JsonValue } from "./types";

/**
 * One evaluated flag as it lies in memory. Always built by {@link makeFlag}, so
 * that every flag has the same hidden class and reading one stays monomorphic.
 */
export interface Flag {
  /** What `isEnabled` answers: the value of a boolean flag, on or off for a typed one. */
  readonly on: boolean;
  readonly type: FlagType;
  /** The served value, deeply frozen. */
  readonly value: JsonValue;
  readonly reason: EvaluationReason;
  readonly variationId: string | undefined;
  /** The server sent something for this key that is no flag; callers get their default. */
  readonly malformed: boolean;
}

/** Builds a flag; `reason` is what the protocol promises when the server gave none. */
export function makeFlag(
  on: boolean,
  type: FlagType,
  value: JsonValue,
  reason: EvaluationReason | undefined,
  variationId?: string,
): Flag {
  return {
    on,
    type,
    value,
    reason: reason ?? (on ? FALLTHROUGH_IN : FALLTHROUGH_OUT),
    variationId,
    malformed: false,
  };
}

/** Stands for every flag whose wire form could not be read. */
export const MALFORMED_FLAG: Flag = Object.freeze({
  on: false,
  type: "boolean",
  value: false,
  reason: Object.freeze({ kind: "ERROR", errorKind: "MALFORMED_FLAG" } as const),
  variationId: undefined,
  malformed: true,
});

export const FALLTHROUGH_IN: EvaluationReason = Object.freeze({
  kind: "FALLTHROUGH",
  inRollout: true,
});

export const FALLTHROUGH_OUT: EvaluationReason = Object.freeze({
  kind: "FALLTHROUGH",
  inRollout: false,
});
