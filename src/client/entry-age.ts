/** A clock this much behind the one that wrote an entry may still be right, in milliseconds. */
const CLOCK_SKEW_MS = 60_000;

/** How old something persisted may be, in milliseconds. */
export interface AgeLimits {
  readonly ttlMs: number;
  readonly staleTtlMs: number;
}

/** Since an entry was confirmed, in milliseconds. */
export function entryAge(confirmedAt: number, now: number, { staleTtlMs }: AgeLimits): number {
  const age = now - confirmedAt;
  if (age >= 0) return age;
  // Written by a clock ahead of ours: how old it is cannot be known.
  return age < -CLOCK_SKEW_MS ? staleTtlMs : 0;
}

export function entryGrade(
  age: number,
  { ttlMs, staleTtlMs }: AgeLimits,
): "fresh" | "stale" | "expired" {
  if (age >= staleTtlMs) return "expired";
  return age < ttlMs ? "fresh" : "stale";
}
