import { isRecord, type WireRecord } from "../protocol/record";

/** One entry of a storage file. */
export interface FileEntry {
  readonly value: string;
  /** When it was written, in milliseconds since the epoch. */
  readonly at: number;
}

/** What a file holds; `unreadable` for anything that is not ours, `newer` for what a later version wrote. */
export type FileContent =
  | { readonly kind: "entries"; readonly entries: Map<string, FileEntry> }
  | { readonly kind: "unreadable" | "newer" };

const VERSION = 1;

/** The text of a file. */
export function formatFile(entries: ReadonlyMap<string, FileEntry>): string {
  return JSON.stringify({ v: VERSION, entries: Object.fromEntries(entries) });
}

/** Reads what {@link formatFile} wrote; total. Single entries that are damaged are left out. */
export function parseFile(text: string): FileContent {
  const content = parse(text);
  if (!isRecord(content) || typeof content["v"] !== "number") return { kind: "unreadable" };
  if (content["v"] > VERSION) return { kind: "newer" };
  const { entries } = content;
  if (content["v"] !== VERSION || !isRecord(entries)) return { kind: "unreadable" };
  return { kind: "entries", entries: readEntries(entries) };
}

function readEntries(entries: WireRecord): Map<string, FileEntry> {
  const read = new Map<string, FileEntry>();
  for (const [key, entry] of Object.entries(entries)) {
    if (!isRecord(entry)) continue;
    const { value, at } = entry;
    if (typeof value === "string" && typeof at === "number") read.set(key, { value, at });
  }
  return read;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
