import { open, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isErrno, isOlderThan, readIfPresent } from "./atomic-file";
import { isAlive } from "./process-alive";

const STALE_MS = 10_000;
const TRIES = 200;
const WAIT_MS = 5;

/**
 * Runs `task` while no other process runs one with the same lock file. A lock
 * whose owner died is taken over. After about a second of waiting the task runs
 * all the same: a lock is there so that no writer's entry gets lost, and waiting
 * for ever would lose all of them.
 */
export async function withFileLock<T>(lockPath: string, task: () => Promise<T>): Promise<T> {
  const locked = await acquire(lockPath);
  try {
    return await task();
  } finally {
    if (locked) await rm(lockPath, { force: true }).catch(() => {});
  }
}

async function acquire(lockPath: string): Promise<boolean> {
  for (let i = 0; i < TRIES; i++) {
    try {
      const file = await open(lockPath, "wx", 0o600);
      await file.writeFile(String(process.pid)).finally(() => file.close());
      return true;
    } catch (error) {
      // A directory that forbids locks may still hold a file that can be read.
      if (!isErrno(error, "EEXIST")) return false;
      if (await isStale(lockPath)) await rm(lockPath, { force: true });
      else await sleep(WAIT_MS + Math.random() * WAIT_MS);
    }
  }
  return false;
}

async function isStale(lockPath: string): Promise<boolean> {
  const owner = await readIfPresent(lockPath);
  if (owner === undefined) return false;
  // An owner that was killed before it wrote its id leaves an empty file.
  return (/^\d+$/.test(owner) && !isAlive(Number(owner))) || isOlderThan(lockPath, STALE_MS);
}
