// Not here: file.ts and outbox-file.ts, which need Node, and idb.ts, which needs a browser.
export { type CacheEntry, decodeEntry, encodeEntry } from "./cache-entry";
export { isMiss } from "./envelope";
export { decodeHold, encodeHold, holdRemaining } from "./hold-entry";
export { createSafeStorage } from "./safe";
export type { FlagStorage } from "./storage";
