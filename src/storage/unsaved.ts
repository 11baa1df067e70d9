import { MAX_ENTRIES } from "./recent";
import type { StoredText } from "./storage";

/** A change that the storage has not confirmed yet; without value it is a deletion. */
export interface Unsaved {
  readonly key: string;
  readonly value: string | undefined;
  readonly about: StoredText | undefined;
}

/** The latest unconfirmed change of each key, bounded as storages are. */
export interface UnsavedChanges {
  add(key: string, value: string | undefined, about?: StoredText): Unsaved;
  of(key: string): Unsaved | undefined;
  /** It could not be written: it waits for {@link takeWaiting}, unless a later change of the same key does. */
  putOff(change: Unsaved): void;
  /** Those that wait; from here on they are under way. */
  takeWaiting(): Unsaved[];
  /** The storage has it; forgotten unless a later change of the same key is waiting. */
  settle(change: Unsaved): void;
  /** What the storage's `keys` would be with these changes. */
  apply(keys: readonly string[], prefix: string): string[];
}

/** Makes an empty list of changes. */
export function createUnsaved(): UnsavedChanges {
  const changes = new Map<string, Unsaved>();
  const waiting = new Set<Unsaved>();
  return {
    add(key, value, about) {
      const change = { key, value, about };
      changes.delete(key);
      changes.set(key, change);
      const [oldest] = changes.keys();
      if (changes.size > MAX_ENTRIES && oldest !== undefined) changes.delete(oldest);
      return change;
    },
    of: (key) => changes.get(key),
    putOff: (change) => void waiting.add(change),
    takeWaiting() {
      const taken = [...waiting].filter((change) => changes.get(change.key) === change);
      waiting.clear();
      return taken;
    },
    settle(change) {
      if (changes.get(change.key) === change) changes.delete(change.key);
    },
    apply(keys, prefix) {
      const result = new Set(keys);
      for (const { key, value } of changes.values()) {
        if (value === undefined) result.delete(key);
        else result.add(key);
      }
      return [...result].filter((key) => key.startsWith(prefix));
    },
  };
}
