/** What is in use, and what is gone, after the rest was thrown away. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
export const collectGarbage: () => void = runInNewContext("gc");

/** Bytes that something still needs. */
export function memoryInUse(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Whether nothing holds them; looks again while something may still be ending. */
export async function areGone(refs: readonly WeakRef<object>[]): Promise<boolean> {
  const gone = () => refs.every((ref) => ref.deref() === undefined);
  for (let turn = 0; turn < 30 && !gone(); turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  return gone();
}
