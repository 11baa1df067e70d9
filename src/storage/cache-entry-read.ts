import { type Flag, MALFORMED_FLAG, makeFlag } from "../flags/flag";
import { freezeJson } from "../flags/json-value";
import type { ErrorKind, EvaluationReason, FlagType, ReasonKind, Source } from "../flags/types";
import { isRecord, type WireRecord } from "../protocol/record";

/** One user's flags, as they lie in a storage. */
export interface CacheEntry {
  readonly flags: ReadonlyMap<string, Flag>;
  /** The `ETag` that came with exactly these flags. */
  readonly etag?: string;
  /** When the server last confirmed them, in milliseconds since the epoch. */
  readonly confirmedAt: number;
  /** Stands for the email and attributes they were evaluated with; see `Names.contextHash`. */
  readonly context: string;
  readonly source: Source;
}

/** Reads the content of a persisted entry; `undefined` when any part of it is not as it was written. */
export function readEntry(content: WireRecord): CacheEntry | undefined {
  try {
    const { etag, confirmedAt, context, source } = content;
    demand(etag === undefined || typeof etag === "string");
    demand(typeof confirmedAt === "number" && Number.isFinite(confirmedAt));
    demand(typeof context === "string");
    demand(isOneOf(SOURCES, source));
    const reasons = list(content["reasons"]).map(readReason);
    const distinct = list(content["flags"]).map((flag) => readFlag(flag, reasons));
    const flags = new Map(list(content["keys"]).map((pair) => readPair(pair, distinct)));
    return { flags, ...(etag !== undefined && { etag }), confirmedAt, context, source };
  } catch {
    return undefined;
  }
}

function readReason(raw: unknown): EvaluationReason {
  demand(isRecord(raw) && isOneOf(REASON_KINDS, raw["kind"]));
  const { ruleId, ruleIndex, inRollout, errorKind } = raw;
  demand(ruleId === undefined || typeof ruleId === "string");
  demand(ruleIndex === undefined || typeof ruleIndex === "number");
  demand(inRollout === undefined || typeof inRollout === "boolean");
  demand(errorKind === undefined || isOneOf(ERROR_KINDS, errorKind));
  return Object.freeze(raw) as unknown as EvaluationReason;
}

function readFlag(raw: unknown, reasons: readonly EvaluationReason[]): Flag {
  if (raw === null) return MALFORMED_FLAG;
  const [on, type, value, reason, variationId] = list(raw);
  demand(typeof on === "boolean");
  demand(isOneOf(FLAG_TYPES, type));
  demand(value !== undefined && freezeJson(value));
  // What is undefined in a list is null in JSON.
  demand(variationId === null || typeof variationId === "string");
  return makeFlag(on, type, value, item(reasons, reason), variationId ?? undefined);
}

function readPair(raw: unknown, flags: readonly Flag[]): [key: string, flag: Flag] {
  const [key, flag] = list(raw);
  demand(typeof key === "string");
  return [key, item(flags, flag)];
}

function item<T>(table: readonly T[], index: unknown): T {
  demand(typeof index === "number");
  const found = table[index];
  demand(found !== undefined);
  return found;
}

function list(value: unknown): readonly unknown[] {
  demand(Array.isArray(value));
  return value;
}

function demand(condition: boolean): asserts condition {
  if (!condition) throw new Error("not as it was written");
}

type Members<T extends string> = Readonly<Record<T, true>>;

function isOneOf<T extends string>(members: Members<T>, value: unknown): value is T {
  return typeof value === "string" && Object.hasOwn(members, value);
}

const FLAG_TYPES: Members<FlagType> = { boolean: true, string: true, number: true, json: true };

const SOURCES: Members<Source> = {
  network: true,
  stream: true,
  rules: true,
  cache: true,
  bootstrap: true,
  override: true,
  default: true,
};

const REASON_KINDS: Members<ReasonKind> = {
  OFF: true,
  TARGET_MATCH: true,
  RULE_MATCH: true,
  FALLTHROUGH: true,
  ERROR: true,
  UNKNOWN: true,
};

const ERROR_KINDS: Members<ErrorKind> = {
  CLIENT_NOT_READY: true,
  WRONG_TYPE: true,
  MALFORMED_FLAG: true,
  RULES_NOT_AVAILABLE: true,
  STALE: true,
  EXCEPTION: true,
};
