import { createStore, delMany, entries, get, keys, set, type UseStore } from "idb-keyval";
import { MAX_ENTRIES, surplusKeys } from "./recent";
import type { ListedStorage } from "./storage";

/** One record of the database. */
interface IdbEntry {
  readonly value: string;
  /** When it was written, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Makes a storage in a database of our own, `rollgate`, in IndexedDB; it is opened
 * by the first call. Bounded; see {@link surplusKeys}. Methods reject with the
 * browser's error, for example where private browsing allows no databases.
 */
export function createIdbStorage(now: () => number = Date.now): ListedStorage {
  let opened: UseStore | undefined;
  const store = () => {
    opened ??= createStore("rollgate", "entries");
    return opened;
  };

  async function forgetSurplus(): Promise<void> {
    if ((await keys(store())).length <= MAX_ENTRIES) return;
    const all = await entries<string, IdbEntry>(store());
    const stamped = all.map(([key, { value, at }]) => ({ key, at, size: value.length }));
    await delMany(surplusKeys(stamped, now()), store());
  }

  return {
    async get(key) {
      return (await get<IdbEntry>(key, store()))?.value;
    },
    async set(key, value) {
      await set(key, { value, at: now() } satisfies IdbEntry, store());
      await forgetSurplus();
    },
    async delete(key) {
      await delMany([key], store());
    },
    async keys(prefix) {
      return (await keys<string>(store())).filter((key) => key.startsWith(prefix));
    },
  };
}
