import type { Locks } from "./locks";
import type { OutboxStore } from "./outbox";
import { createLockedOutbox } from "./outbox-locked";
import { createSingleOutbox } from "./outbox-single";
import type { FlagStorage } from "./storage";

/** What {@link createStorageOutbox} needs. */
export interface StorageOutboxOptions {
  readonly storage: FlagStorage;
  /** What the keys of all outboxes of this namespace start with; see `Names.outboxPrefix`. */
  readonly prefix: string;
  /** Tells this outbox from all others, of any tab and any time. */
  readonly instanceId: string;
  /** Tell the outboxes of open tabs from orphans; `navigator.locks`. */
  readonly locks?: Locks | undefined;
}

/**
 * Makes an outbox in a storage: one of our own where `locks` and the storage's
 * `keys` can tell who owns which, else one that all share, which is right for one
 * process or tab at a time.
 */
export function createStorageOutbox(options: StorageOutboxOptions): OutboxStore {
  const { storage, prefix, instanceId, locks } = options;
  if (locks === undefined || storage.keys === undefined)
    return createSingleOutbox(storage, `${prefix}single`);
  return createLockedOutbox({ storage, prefix, instanceId, locks });
}
