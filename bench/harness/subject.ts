/** Something to measure: one operation, done many times in a loop of its own. */
export interface Subject {
  /**
   * Does it `times` times. What it returns depends on every one of them, so that
   * the compiler can leave none out.
   */
  run(times: number): number | Promise<number>;
  /** Makes what the next `run(times)` uses up, outside of the time that is measured. */
  prepare?(times: number): void | Promise<void>;
}

/** Everything that was measured ends here. */
let consumed = 0;

/** Runs a subject once. @returns nanoseconds per operation. */
export async function timed(subject: Subject, times: number): Promise<number> {
  await subject.prepare?.(times);
  const start = performance.now();
  const outcome = subject.run(times);
  const result = typeof outcome === "number" ? outcome : await outcome;
  const ms = performance.now() - start;
  consumed += result;
  return (ms * 1e6) / times;
}

/** Proof that results were used; throws when one of them was no number. */
export function assertConsumed(): void {
  if (Number.isNaN(consumed)) throw new Error("A subject returned what is no number.");
}
