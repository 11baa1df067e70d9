import type { BundleSize } from "../rows/bundles";
import { excessOf, type Row } from "./row";

export const HEADINGS = ["what", "bar", "measured", "half of the rounds", "one takes", "bytes", ""];

/** A row as text, cell by cell. */
export function cellsOf(row: Row): string[] {
  return [
    row.what,
    barOf(row),
    measuredOf(row),
    spreadOf(row),
    timeOf(row),
    bytesOf(row),
    verdictOf(row),
  ];
}

/** What was measured of several clients: a line for each, a column for each measure. */
export function contestCells(rows: readonly Row[]): string[][] {
  const measured = rows.filter(({ of }) => of !== undefined);
  if (measured.length === 0) return [];
  const measures = [...new Set(measured.map(({ what }) => what))];
  const clients = [...new Set(measured.map(clientOf))];
  return [
    ["client", ...measures],
    ...clients.map((client) => [
      client,
      ...measures.map((measure) =>
        cellOf(measured.find((row) => clientOf(row) === client && row.what === measure)),
      ),
    ]),
  ];
}

/** What clients for browsers weigh. */
export function bundleCells(sizes: readonly BundleSize[]): string[][] {
  const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
  return [
    ["client", "at once", "with what is loaded when it is needed"],
    ...sizes.map(({ name, version, atOnce, whole }) => [
      `${name} ${version}`,
      kilobytes(atOnce),
      kilobytes(whole),
    ]),
  ];
}

function clientOf({ of }: Row): string {
  return `${of?.name} ${of?.version}`;
}

function cellOf(row: Row | undefined): string {
  if (row?.ratio === undefined || row.ns === undefined) return "";
  const { median, low, high } = row.ratio.measured;
  const bytes = row.bytes === undefined ? "" : `, ${bytesOf(row)} bytes`;
  return `${figure(median)} × (${figure(low)} – ${figure(high)}), ${duration(row.ns[0])}${bytes}`;
}

/** Columns of one width each, for a terminal. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) =>
    Math.max(...rows.map((cells) => cells[i]?.length ?? 0)),
  );
  return rows
    .map((cells) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** @param rows of cells, the headings first */
export function markdownTable([headings = [], ...rows]: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|")));
  return [headings, headings.map(() => "---"), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function barOf({ ratio, reference, bytes, added }: Row): string {
  const bars: string[] = [];
  if (ratio?.bar !== undefined) bars.push(`≤ ${ratio.bar} × ${reference}`);
  if (bytes?.bar !== undefined) bars.push(`≤ ${bytes.bar} bytes`);
  if (added?.bar !== undefined) bars.push(`≤ ${duration(added.bar)} more`);
  return bars.join(", ");
}

function measuredOf({ ratio, reference, added }: Row): string {
  if (added !== undefined) return `${duration(added.measured.median)} more`;
  if (ratio === undefined) return "";
  const measured = `${figure(ratio.measured.median)} ×`;
  return ratio.bar === undefined ? `${measured} ${reference}` : measured;
}

function spreadOf({ ratio, added }: Row): string {
  if (added !== undefined) {
    return `${duration(added.measured.low)} – ${duration(added.measured.high)}`;
  }
  return ratio === undefined
    ? ""
    : `${figure(ratio.measured.low)} – ${figure(ratio.measured.high)}`;
}

function timeOf({ ns }: Row): string {
  return ns === undefined ? "" : `${duration(ns[0])} against ${duration(ns[1])}`;
}

function bytesOf({ bytes }: Row): string {
  return bytes === undefined ? "" : String(Math.round(bytes.measured));
}

function verdictOf(row: Row): string {
  const excess = excessOf(row);
  if (excess === undefined) return "";
  return excess <= 1 ? "met" : `missed by ${Math.ceil((excess - 1) * 100)} %`;
}

function duration(ns: number): string {
  if (ns < 1_000) return `${figure(ns)} ns`;
  return ns < 1e6 ? `${figure(ns / 1_000)} µs` : `${figure(ns / 1e6)} ms`;
}

/** Three digits, none after the point where there are three before it. */
function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}
