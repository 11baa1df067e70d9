import type { Locks } from "../../../src/storage/locks";
import type { ListedStorage } from "../../../src/storage/storage";
import type { Clock } from "../../../src/time/clock";

/** A clock that a test moves by hand. */
export class HandClock implements Clock {
  #time = 0;
  #timers = new Map<number, { readonly at: number; readonly callback: () => void }>();
  #next = 1;

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  setTimeout(callback: () => void, ms: number): number {
    this.#timers.set(this.#next, { at: this.#time + ms, callback });
    return this.#next++;
  }

  clearTimeout(handle: unknown): void {
    this.#timers.delete(handle as number);
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    this.#time += ms;
    for (const [handle, { at, callback }] of this.#timers) {
      if (at > this.#time) continue;
      this.#timers.delete(handle);
      callback();
    }
  }
}

/** Lets everything run that waits for nothing but promises. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A storage with asynchronous answers over a map that a test can look into. */
export function mapStorage(entries = new Map<string, string>()): ListedStorage & {
  readonly entries: Map<string, string>;
} {
  return {
    entries,
    get: async (key) => entries.get(key),
    set: async (key, value) => {
      entries.set(key, value);
    },
    delete: async (key) => {
      entries.delete(key);
    },
    keys: async (prefix) => [...entries.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/** `navigator.locks` of one browser; each tab closes by freeing what it holds. */
export class FakeLocks {
  readonly held = new Map<string, object>();

  tab(): { readonly locks: Locks; readonly close: () => void } {
    const mine = new Set<string>();
    const free = (name: string) => {
      mine.delete(name);
      this.held.delete(name);
    };
    const locks: Locks = {
      request: async (name, _options, callback) => {
        if (this.held.has(name)) return callback(null);
        this.held.set(name, mine);
        mine.add(name);
        try {
          return await callback({ name });
        } finally {
          if (this.held.get(name) === mine) free(name);
        }
      },
    };
    return { locks, close: () => [...mine].forEach(free) };
  }
}
