// Not here: file.ts and outbox-file.ts, which need Node, and idb.ts, which needs a browser.
export { type CacheEntry, decodeEntry, encodeEntry } from "./cache-entry";
export { isMiss, type Miss, type Missed } from "./envelope";
export { decodeHold, encodeHold, type HoldEntry, holdRemaining } from "./hold-entry";
export type { Locks } from "./locks";
export { createMemoryStorage } from "./memory";
export { createNames, type Digest, type MakeNames, type Names, type NamespaceParts } from "./names";
export type { OutboxStore } from "./outbox";
export { createStorageOutbox, type StorageOutboxOptions } from "./outbox-storage";
export { createSafeStorage, type SafeStorage, type SafeStorageOptions } from "./safe";
export type { FlagStorage } from "./storage";
