const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** Whether a value is RFC 3339 text that names a day of the calendar. */
export function isTimestamp(value: unknown): value is string {
  if (typeof value !== "string") return false;
  const [, year, month, day] = RFC_3339.exec(value) ?? [];
  if (year === undefined) return false;
  const midnight = `${year}-${month}-${day}T00:00:00.000Z`;
  const date = new Date(midnight);
  // Dates like 30 February are moved to another day instead of being refused.
  return !Number.isNaN(date.getTime()) && date.toISOString() === midnight;
}
