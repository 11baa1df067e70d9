/** A time of day as `14:03:22.417`. */
export function clockTime(at: number): string {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, "0");
  const seconds = `${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
  return `${two(date.getHours())}:${two(date.getMinutes())}:${seconds}`;
}

/** A time span as `140 ms`, `3.2 s`, `2 min 5 s`, `1 h 4 min`. */
export function timeSpan(ms: number): string {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

/** The same in whole seconds, for what is counted up before one's eyes. */
export function wholeSpan(ms: number): string {
  return ms < 60_000 ? `${Math.max(0, Math.floor(ms / 1_000))} s` : timeSpan(ms);
}

/** A number with its thousands apart, the same everywhere. */
export function count(number: number): string {
  return number.toLocaleString("en-US").replaceAll(",", "\u202f");
}

/** A flag's value in a few characters. */
export function shortValue(value: unknown): string {
  const text = typeof value === "string" ? `“${value}”` : (JSON.stringify(value) ?? "none");
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
