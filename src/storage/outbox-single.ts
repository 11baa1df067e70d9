import type { OutboxStore } from "./outbox";
import { createSerial } from "./serial";
import type { FlagStorage } from "./storage";

/**
 * Makes an outbox under one fixed key. Nobody can tell whether another owner
 * lives, so adopting takes the text away at once: rather lost in a crash within
 * that moment than sent twice.
 */
export function createSingleOutbox(storage: FlagStorage, key: string): OutboxStore {
  const serial = createSerial();
  return {
    adopt: () =>
      serial(async () => {
        const text = await storage.get(key);
        if (!text) return [];
        await storage.delete(key);
        return [{ text }];
      }),
    save: (text) =>
      serial(async () => {
        await (text === "" ? storage.delete(key) : storage.set(key, text));
      }),
    release: () => serial(async () => {}),
  };
}
