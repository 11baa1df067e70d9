/** Freezes a value and everything in it, without recursion: hostile JSON can be very deep. */
export function deepFreeze(value: unknown): void {
  const seen = new Set<object>();
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(Object.freeze(next));
    for (const member of Object.values(next)) waiting.push(member);
  }
}
