import { type EventOutbox, keepEvents } from "../storage/outbox-events";
import { createStorageOutbox } from "../storage/outbox-storage";
import type { FlagStorage } from "../storage/storage";

/** Where a tab keeps its unsent events; other tabs are told apart by Web Locks. */
export function createBrowserOutbox(storage: FlagStorage, prefix: string): EventOutbox {
  return keepEvents(
    createStorageOutbox({
      storage,
      prefix,
      // `crypto.randomUUID` is missing on pages that are not served securely.
      instanceId: `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`,
      locks: globalThis.navigator?.locks,
    }),
  );
}
