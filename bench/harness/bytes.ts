import { getHeapStatistics } from "node:v8";
import { median } from "./spread";
import { type Subject, timed } from "./subject";

const ROUNDS = 15;

/** Bytes that one operation allocates, kept or not: the median of many short runs without a collection. */
export async function allocatedBytes(subject: Subject, times = 10_000): Promise<number> {
  const perOperation: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await subject.prepare?.(times);
    collect();
    const before = getHeapStatistics().used_heap_size;
    await timed({ run: subject.run.bind(subject) }, times);
    const grown = getHeapStatistics().used_heap_size - before;
    // Less than nothing: a collection came in between.
    if (grown >= 0) perOperation.push(grown / times);
  }
  return median(perOperation);
}

/** Bytes that `make`'s result keeps alive. */
export async function retainedBytes(make: () => unknown): Promise<number> {
  const before = settledHeap();
  const kept = await make();
  const after = settledHeap();
  if (kept === undefined) throw new Error("There is nothing to weigh.");
  return after - before;
}

function settledHeap(): number {
  for (let i = 0; i < 3; i++) collect();
  return getHeapStatistics().used_heap_size;
}

function collect(): void {
  if (globalThis.gc === undefined) throw new Error("Run with --expose-gc.");
  globalThis.gc();
}
