/** What the client knows of a text that it stores. */
export interface StoredText {
  /**
   * When the server last vouched for what the text says, in milliseconds since the
   * epoch. A storage that several processes share must not replace a text by an
   * older one; others may ignore it.
   */
  readonly at?: number;
}

/**
 * A place that keeps texts by key, which an app may bring along. Methods may
 * answer at once or by promise. What throws, rejects or takes too long is a miss
 * or does nothing, and is reported as an `error` event.
 */
export interface FlagStorage {
  /** Other processes use it at the same time: unsent events are not kept in it, since nobody could tell whose they are. @default false */
  readonly shared?: boolean;
  /** How long a client waits for an answer when it reads, in milliseconds; at least 1. More than the default suits one that is a network away. @default 100 */
  readonly timeoutMs?: number;
  /** The text under `key`; `undefined` when there is none. What a start needs is asked for in one turn, so that a storage may fetch it in one round trip. */
  get(key: string): Promise<string | undefined> | string | undefined;
  set(key: string, value: string, about?: StoredText): Promise<void> | void;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void> | void;
  /** All keys that start with `prefix`. Without it, `clearCache()` reaches only the entries this client knows of. */
  keys?(prefix: string): Promise<string[]> | string[];
}

/** A storage that can say what is in it. */
export type ListedStorage = FlagStorage & Required<Pick<FlagStorage, "keys">>;
