import { surplusKeys } from "./recent";
import type { ListedStorage } from "./storage";

/** A storage that lasts as long as the process, bounded as the lasting ones are; see {@link surplusKeys}. */
export function createMemoryStorage(): ListedStorage {
  const entries = new Map<string, string>();
  return {
    get: (key) => entries.get(key),
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      const stamped = [...entries].map(([name, text], at) => ({
        key: name,
        at,
        size: text.length,
      }));
      for (const surplus of surplusKeys(stamped, stamped.length)) entries.delete(surplus);
    },
    delete(key) {
      entries.delete(key);
    },
    keys: (prefix) => [...entries.keys()].filter((key) => key.startsWith(prefix)),
  };
}
