import type { Colors } from "picocolors/types";
import type { Transition } from "../../client/types";
import { printable } from "../../dev-server/format-request";

const HEADINGS = ["seq", "time (UTC)", "since", "machine", "from → to", "event"] as const;

/** A transition, and what is wrong with it. */
export interface Entry {
  readonly transition: Transition;
  readonly unknown: readonly string[];
}

/** Lines of a table, oldest first. What the machines do not know stands out. */
export function timeline(entries: readonly Entry[], colors: Colors): string[] {
  const rows = entries.map((entry, index) => rowOf(entry, entries[index - 1]));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const aligned = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const lines = rows.map((row, index) => {
    const { unknown = [] } = entries[index] ?? {};
    if (unknown.length === 0) return aligned(row);
    return colors.red(`${aligned(row)}  ← ${printable(unknown.join(", "))}`);
  });
  return [colors.dim(aligned(HEADINGS)), ...lines];
}

function rowOf({ transition }: Entry, previous: Entry | undefined): string[] {
  const { seq, actor, from, to, event, at } = transition;
  return [
    String(seq),
    timeOf(at),
    previous === undefined ? "" : since(at - previous.transition.at),
    printable(actor, 40),
    printable(`${from} → ${to}`, 60),
    printable(event, 40),
  ];
}

/** `2026-11-24 17:50:01.123` without the day. */
function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}

/** `+120 ms`, `+3.4 s`, `+2 min 5 s`; a clock may have been set back in between. */
export function since(ms: number): string {
  const sign = ms < 0 ? "−" : "+";
  const size = Math.abs(ms);
  if (size < 1_000) return `${sign}${Math.round(size)} ms`;
  if (size < 60_000) return `${sign}${(size / 1_000).toFixed(1)} s`;
  const seconds = Math.round(size / 1_000);
  if (seconds < 3_600) return `${sign}${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${sign}${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}
