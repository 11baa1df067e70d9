/** How often one flag was evaluated, by outcome. */
export interface EvaluationCounts {
  readonly true: number;
  readonly false: number;
}

/**
 * The body of `POST /api/v1/sdk/telemetry`.
 *
 * @param counts evaluations per flag since the last report that succeeded.
 * @param periodMs the time they cover.
 */
export function telemetryBody(
  counts: Iterable<readonly [key: string, counts: EvaluationCounts]>,
  periodMs: number,
): string {
  const entries: string[] = [];
  for (const [key, count] of counts) {
    const on = whole(count.true);
    const off = whole(count.false);
    // Written by hand: in an object literal built key by key, `__proto__` would get lost.
    entries.push(`${JSON.stringify(key)}:{"total":${on + off},"true":${on},"false":${off}}`);
  }
  return `{"evaluations":{${entries.join(",")}},"period_ms":${whole(periodMs)}}`;
}

// The server refuses fractions.
function whole(value: number): number {
  return Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0;
}
