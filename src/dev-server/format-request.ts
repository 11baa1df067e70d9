import type { Colors } from "picocolors/types";
import type { RequestRecord } from "./http/request-record";

/** One line for one request: time, method, path, user, status, duration, note. */
export function formatRequest(entry: RequestRecord, colors: Colors): string {
  const parts = [
    colors.dim(formatTime(entry.at)),
    entry.method.padEnd(7),
    printable(entry.path).padEnd(24),
    colors.cyan(printable(entry.userId ?? "-").padEnd(14)),
    formatStatus(entry.status, colors),
    colors.dim(`${entry.durationMs.toFixed(1)} ms`.padStart(9)),
    ...(entry.note === undefined ? [] : [colors.dim(printable(entry.note))]),
  ];
  return parts.join("  ");
}

/** Local time of day, `12:34:56`. */
export function formatTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

/** Text from outside, made safe for a terminal: without control characters, and no longer than `limit`. */
export function printable(text: string, limit = 120): string {
  const safe = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\uFFFD");
  return safe.length > limit ? `${safe.slice(0, limit - 1)}…` : safe;
}

function formatStatus(status: number, colors: Colors): string {
  if (status === 0) return colors.red("---");
  const text = String(status);
  if (status >= 400) return colors.red(text);
  return status >= 300 ? colors.yellow(text) : colors.green(text);
}
