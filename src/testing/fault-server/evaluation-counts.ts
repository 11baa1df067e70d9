/** Evaluations of one flag. */
export interface EvaluationCounts {
  readonly total: number;
  readonly true: number;
  readonly false: number;
}

/** Adds what a report of telemetry says, by the protocol. */
export function addCounts(totals: Map<string, EvaluationCounts>, report: unknown): void {
  const { evaluations } = report as { evaluations: Record<string, EvaluationCounts> };
  for (const [key, counts] of Object.entries(evaluations)) {
    const before = totals.get(key) ?? { total: 0, true: 0, false: 0 };
    totals.set(key, {
      total: before.total + counts.total,
      true: before.true + counts.true,
      false: before.false + counts.false,
    });
  }
}
