import { FALLTHROUGH_IN, FALLTHROUGH_OUT, type Flag, makeFlag } from "../flags/flag";
import type { ErrorKind, EvaluationReason } from "../flags/types";
import { isRecord, type WireRecord } from "./record";

/** A reason as all flags of one body share it, with room for the boolean flags that have it. */
export interface SharedReason {
  readonly reason: EvaluationReason;
  on: Flag | undefined;
  off: Flag | undefined;
}

/** Most flags are these two. Of all bodies they are the same objects, so that comparing two sets of them is quick. */
const PLAIN_ON = makeFlag(true, "boolean", true, FALLTHROUGH_IN);
const PLAIN_OFF = makeFlag(false, "boolean", false, FALLTHROUGH_OUT);

/** Reads the reasons of one body; equal ones come out as one frozen object. */
export interface ReasonTable {
  /** The reason in `raw`; when that is none, what the protocol promises for a flag that is `on` or not. */
  read(raw: unknown, on: boolean): SharedReason;
}

/** Makes the table for one body; let it go with that body, so that nothing piles up. */
export function createReasonTable(): ReasonTable {
  const fallthroughIn = { ...share(FALLTHROUGH_IN), on: PLAIN_ON };
  const fallthroughOut = { ...share(FALLTHROUGH_OUT), off: PLAIN_OFF };
  const plain = new Map<unknown, SharedReason>();
  const errors = new Map<unknown, SharedReason>();
  const matches = new Map<number, Map<unknown, SharedReason>>();

  function plainReason(kind: "OFF" | "TARGET_MATCH" | "UNKNOWN"): SharedReason {
    return plain.get(kind) ?? keep(plain, kind, { kind });
  }

  function errorReason(raw: WireRecord): SharedReason {
    const errorKind = isErrorKind(raw["errorKind"]) ? raw["errorKind"] : undefined;
    const known = errors.get(errorKind);
    if (known !== undefined) return known;
    return keep(errors, errorKind, {
      kind: "ERROR",
      ...(errorKind !== undefined && { errorKind }),
    });
  }

  function ruleMatch(raw: WireRecord): SharedReason {
    const ruleId = typeof raw["ruleId"] === "string" ? raw["ruleId"] : undefined;
    const ruleIndex = isIndex(raw["ruleIndex"]) ? raw["ruleIndex"] : 0;
    const inRollout = raw["inRollout"] === true;
    const slot = inRollout ? ruleIndex : -1 - ruleIndex;
    const ofSlot = matches.get(slot) ?? keepMap(matches, slot);
    const known = ofSlot.get(ruleId);
    if (known !== undefined) return known;
    return keep(
      ofSlot,
      ruleId,
      ruleId === undefined
        ? { kind: "RULE_MATCH", ruleIndex, inRollout }
        : { kind: "RULE_MATCH", ruleId, ruleIndex, inRollout },
    );
  }

  return {
    read(raw, on) {
      if (isRecord(raw)) {
        // Go's omitempty drops `ruleIndex: 0` and `inRollout: false`: absent means those.
        switch (raw["kind"]) {
          case "OFF":
          case "TARGET_MATCH":
          case "UNKNOWN":
            return plainReason(raw["kind"]);
          case "FALLTHROUGH":
            return raw["inRollout"] === true ? fallthroughIn : fallthroughOut;
          case "RULE_MATCH":
            return ruleMatch(raw);
          case "ERROR":
            return errorReason(raw);
        }
      }
      return on ? fallthroughIn : fallthroughOut;
    },
  };
}

function share(reason: EvaluationReason): SharedReason {
  return { reason: Object.freeze(reason), on: undefined, off: undefined };
}

function keep(
  table: Map<unknown, SharedReason>,
  key: unknown,
  reason: EvaluationReason,
): SharedReason {
  const shared = share(reason);
  table.set(key, shared);
  return shared;
}

function keepMap(
  matches: Map<number, Map<unknown, SharedReason>>,
  slot: number,
): Map<unknown, SharedReason> {
  const table = new Map<unknown, SharedReason>();
  matches.set(slot, table);
  return table;
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

const ERROR_KINDS: Readonly<Record<ErrorKind, true>> = {
  CLIENT_NOT_READY: true,
  WRONG_TYPE: true,
  MALFORMED_FLAG: true,
  RULES_NOT_AVAILABLE: true,
  STALE: true,
  EXCEPTION: true,
};

function isErrorKind(value: unknown): value is ErrorKind {
  return typeof value === "string" && Object.hasOwn(ERROR_KINDS, value);
}
