import { isRecord, type WireRecord } from "../protocol/record";
import { isMiss, type Missed, seal, unseal } from "./envelope";

/** A rule set as it lies in a storage, its rules unread. */
export interface RulesEntry {
  readonly version: string;
  readonly flags: WireRecord;
  /** When the server last vouched for it, in milliseconds since the epoch. */
  readonly confirmedAt: number;
}

/** The text to persist. A flag that nests too deeply to be written counts as malformed from then on. */
export function encodeRules({ version, flags, confirmedAt }: RulesEntry): string {
  try {
    return seal({ version, confirmedAt, flags });
  } catch {
    const kept = Object.entries(flags).map(([key, flag]) => [key, isWritable(flag) ? flag : null]);
    return seal({ version, confirmedAt, flags: Object.fromEntries(kept) });
  }
}

function isWritable(flag: unknown): boolean {
  try {
    JSON.stringify(flag);
    return true;
  } catch {
    return false;
  }
}

/** Reads what {@link encodeRules} wrote; total, whatever `text` is. */
export function decodeRules(text: unknown): RulesEntry | Missed {
  const opened = unseal(text);
  if (isMiss(opened)) return opened;
  const { version, flags, confirmedAt } = opened.content;
  if (typeof version !== "string" || !isRecord(flags) || !isTime(confirmedAt)) {
    return { miss: "corrupt" };
  }
  return { version, flags, confirmedAt };
}

/** The text that says when the rules of that version were vouched for last. */
export function encodeRulesTouch({ version, confirmedAt }: Omit<RulesEntry, "flags">): string {
  return seal({ version, confirmedAt });
}

/** When that version was vouched for last, if `text` says so. */
export function decodeRulesTouch(text: unknown, version: string): number | undefined {
  const opened = unseal(text);
  if (isMiss(opened) || opened.content["version"] !== version) return undefined;
  const { confirmedAt } = opened.content;
  return isTime(confirmedAt) ? confirmedAt : undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
