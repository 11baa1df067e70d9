import type { Flag } from "../flags/flag";
import type { EvaluationReason } from "../flags/types";
import { type CacheEntry, readEntry } from "./cache-entry-read";
import { isMiss, type Missed, seal, unseal } from "./envelope";

export type { CacheEntry } from "./cache-entry-read";

/** The text to persist. Flags and reasons that are one object in memory are written once. */
export function encodeEntry({ flags, ...about }: CacheEntry): string {
  const flagTable = new Map<Flag, number>();
  const reasonTable = new Map<EvaluationReason, number>();
  // A list, not an object: in an object `__proto__` is no key like any other.
  const keys = [...flags].map(([key, flag]) => [key, indexIn(flagTable, flag)]);
  const wireFlags = [...flagTable.keys()].map((flag) => {
    if (flag.malformed) return null;
    const { on, type, value, reason, variationId } = flag;
    return [on, type, value, indexIn(reasonTable, reason), variationId];
  });
  return seal({ ...about, keys, flags: wireFlags, reasons: [...reasonTable.keys()] });
}

function indexIn<T>(table: Map<T, number>, item: T): number {
  const index = table.get(item) ?? table.size;
  table.set(item, index);
  return index;
}

/** Reads what {@link encodeEntry} wrote, values deeply frozen; total, whatever `text` is. */
export function decodeEntry(text: unknown): CacheEntry | Missed {
  const opened = unseal(text);
  if (isMiss(opened)) return opened;
  return readEntry(opened.content) ?? { miss: "corrupt" };
}
