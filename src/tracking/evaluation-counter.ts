/** How often one flag was evaluated, by outcome; `total = true + false`. */
export interface EvaluationCounts {
  readonly total: number;
  readonly true: number;
  readonly false: number;
}

/** Sums over all flags since the last report that the server confirmed. */
export interface TelemetryStats {
  /** Flags that were evaluated at least once. */
  readonly flagCount: number;
  readonly evaluationCount: number;
}

/** Counts evaluations per flag between two successful reports. */
export interface EvaluationCounter {
  /** Adds evaluations of a known flag, by outcome. */
  add(key: string, on: number, off: number): void;
  /** What a report has to carry: everything since the last one that succeeded, also what an unsettled one carried. */
  take(): ReadonlyMap<string, EvaluationCounts>;
  /** The report that was taken succeeded. */
  commit(): void;
  /** The report that was taken failed: its counts go into the next one. */
  restore(): void;
  /** Sums of all that no successful report carried yet. */
  stats(): TelemetryStats;
}

/** Makes a counter at zero. */
export function createEvaluationCounter(): EvaluationCounter {
  let counted = new Map<string, EvaluationCounts>();
  let inFlight: ReadonlyMap<string, EvaluationCounts> = new Map();

  function add(key: string, on: number, off: number): void {
    if (on + off === 0) return;
    const before = counted.get(key);
    const sum = { true: (before?.true ?? 0) + on, false: (before?.false ?? 0) + off };
    counted.set(key, { total: sum.true + sum.false, ...sum });
  }

  function restore(): void {
    for (const [key, counts] of inFlight) add(key, counts.true, counts.false);
    inFlight = new Map();
  }

  return {
    add,
    take() {
      restore();
      inFlight = counted;
      counted = new Map();
      return inFlight;
    },
    commit() {
      inFlight = new Map();
    },
    restore,
    stats() {
      let flagCount = inFlight.size;
      let evaluationCount = 0;
      for (const { total } of inFlight.values()) evaluationCount += total;
      for (const [key, { total }] of counted) {
        if (!inFlight.has(key)) flagCount++;
        evaluationCount += total;
      }
      return { flagCount, evaluationCount };
    },
  };
}
