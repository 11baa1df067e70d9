import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { threadId } from "node:worker_threads";
import { NOBODY, type OutboxOwner } from "./outbox-names";
import { isAlive } from "./process-alive";

// Shared by all copies of this package that one thread has loaded (ES module and CommonJS).
const LIVE = Symbol.for("rollgate.liveOutboxes");

/** The names of all outbox files that this thread owns. */
export function liveOutboxes(): Set<string> {
  const shared = globalThis as { [LIVE]?: Set<string> };
  shared[LIVE] ??= new Set();
  return shared[LIVE];
}

/** Whether nobody owns the outbox file at `path` any more. */
export async function isOrphan(path: string, owner: OutboxOwner): Promise<boolean> {
  if (owner.pid === NOBODY) return true;
  if (owner.pid !== process.pid) return !isAlive(owner.pid);
  // In a container every run may have the same process id.
  if (owner.thread === threadId) return !liveOutboxes().has(basename(path));
  return wasWrittenBefore(path, performance.timeOrigin);
}

/** Of another thread only this can be told: what is older than the process is not of this run. */
async function wasWrittenBefore(path: string, at: number): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < at;
  } catch {
    return false;
  }
}
