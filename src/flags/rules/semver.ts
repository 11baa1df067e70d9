import type { Scalar } from "./scalar";

/** The numeric parts of a version. */
type Version = readonly number[];

/**
 * Reads a version: an optional leading `v`, numbers between dots, and in each
 * part anything from `-` or `+` on dropped (`1.2.3-rc.4` reads as 1.2.3.4).
 *
 * @returns `undefined` when a part is no number, or one beyond 2⁵³ − 1.
 */
export function toVersion(value: Scalar): Version | undefined {
  const parts = String(value)
    .replace(/^v/, "")
    .split(".")
    .map((part) => Number(/^(\d+)(?:[-+]|$)/.exec(part)?.[1]));
  return parts.every(Number.isSafeInteger) ? parts : undefined;
}

/** Negative, zero or positive as `a` is older, equal or newer; missing parts count as 0. */
export function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
