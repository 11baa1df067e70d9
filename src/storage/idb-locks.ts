import type { Clock } from "../time/clock";
import { inTime } from "./in-time";
import type { Locks } from "./locks";

/** An open database, which nobody else can raise before it is closed; nothing when the lock is another's. */
type Held = IDBDatabase | undefined;

/** A request waits behind one that waits for a holder: what takes this long is held, in milliseconds. */
const PATIENCE_MS = 2_000;

/**
 * Makes locks of databases, for pages that have no Web Locks since they are not
 * served securely. Who holds a lock has raised its database's version and keeps it
 * open: until it is closed a browser lets nobody raise it further, and it closes
 * it when the page is gone.
 */
export function createIdbLocks(factory: IDBFactory, clock: Clock): Locks {
  return {
    async request(name, _options, callback) {
      const held = await take(factory, name, clock);
      await callback(held ?? null);
      if (held === undefined) return;
      held.close();
      factory.deleteDatabase(name);
    },
  };
}

async function take(factory: IDBFactory, name: string, clock: Clock): Promise<Held> {
  let late = false;
  const taken = tryToTake(factory, name, () => late);
  try {
    return await inTime(taken, PATIENCE_MS, clock, () => {});
  } catch {
    late = true;
    return undefined;
  }
}

async function tryToTake(factory: IDBFactory, name: string, isLate: () => boolean): Promise<Held> {
  const version = await versionOf(factory, name);
  return isLate() ? undefined : raise(factory, name, version + 1, isLate);
}

function versionOf(factory: IDBFactory, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name);
    request.onsuccess = () => {
      resolve(request.result.version);
      request.result.close();
    };
    request.onerror = () => reject(request.error);
  });
}

/** Of those who try at the same time only the first raises anything. */
function raise(
  factory: IDBFactory,
  name: string,
  version: number,
  isLate: () => boolean,
): Promise<Held> {
  return new Promise((resolve) => {
    const request = factory.open(name, version);
    let raised = false;
    let refused = false;
    const refuse = () => {
      refused = true;
      resolve(undefined);
    };
    request.onupgradeneeded = () => {
      raised = true;
      // What was blocked goes on once the holder is gone, when nobody waits for it any more.
      if (refused || isLate()) request.transaction?.abort();
    };
    request.onblocked = refuse;
    request.onsuccess = () => {
      if (raised && !refused && !isLate()) return resolve(request.result);
      request.result.close();
      refuse();
    };
    request.onerror = refuse;
  });
}
