import { createIdbLocks } from "../storage/idb-locks";
import { type EventOutbox, keepEvents } from "../storage/outbox-events";
import { createStorageOutbox } from "../storage/outbox-storage";
import type { FlagStorage } from "../storage/storage";
import type { Clock } from "../time/clock";

/** Where a tab keeps its unsent events; other tabs are told apart by Web Locks, or by `databases`. */
export function createBrowserOutbox(
  storage: FlagStorage,
  prefix: string,
  clock: Clock,
  databases: IDBFactory | undefined,
): EventOutbox {
  return keepEvents(
    createStorageOutbox({
      storage,
      prefix,
      // `crypto.randomUUID` is missing on pages that are not served securely.
      instanceId: `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`,
      locks: globalThis.navigator?.locks ?? (databases && createIdbLocks(databases, clock)),
    }),
  );
}
