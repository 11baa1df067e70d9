/** A `Retry-After` beyond this is a mistake or an attack; the caller's own backoff serves instead. */
export const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Reads a `Retry-After` header, as seconds or as an HTTP date (RFC 9110 §10.2.3).
 *
 * @returns milliseconds to wait from `now`, or `undefined` when the header is
 *   absent, malformed, not in the future or more than an hour away.
 */
export function parseRetryAfter(
  header: string | null | undefined,
  now: number,
): number | undefined {
  if (header === null || header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return withinBounds(Number(text) * 1_000);
  if (!HTTP_DATE.test(text)) return undefined;
  return withinBounds(Date.parse(text) - now);
}

// `Date.parse` alone also takes "-5", "1.5" and other things that are no dates.
const HTTP_DATE = /^[A-Za-z]{3,9}, .*\d{2}:\d{2}:\d{2} GMT$/;

function withinBounds(ms: number): number | undefined {
  return ms > 0 && ms <= MAX_RETRY_AFTER_MS ? ms : undefined;
}
