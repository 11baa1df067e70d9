import { type Locks, takeLock } from "./locks";
import type { AdoptedText, OutboxStore } from "./outbox";
import { createSerial } from "./serial";
import type { FlagStorage } from "./storage";

/** What {@link createLockedOutbox} needs. */
export interface LockedOutboxOptions {
  /** Must have `keys`. */
  readonly storage: FlagStorage;
  readonly prefix: string;
  readonly instanceId: string;
  readonly locks: Locks;
}

type Release = () => void;

/**
 * Makes an outbox whose owner holds a lock of the same name as its key, as long
 * as there is something in it: a tab that holds a lock may be kept out of the
 * back-forward cache. A browser frees the locks of a tab that is gone.
 */
export function createLockedOutbox(options: LockedOutboxOptions): OutboxStore {
  const { storage, prefix, instanceId, locks } = options;
  const serial = createSerial();
  const ownKey = prefix + instanceId;
  const adopted = new Map<string, Release>();
  let releaseOwn: Release | undefined;

  async function adoptOne(key: string): Promise<string | undefined> {
    const release = await takeLock(locks, key);
    if (release === undefined) return undefined;
    try {
      const text = await storage.get(key);
      if (text) adopted.set(key, release);
      return text;
    } finally {
      if (!adopted.has(key)) release();
    }
  }

  async function forget(key: string): Promise<void> {
    const release = adopted.get(key);
    if (release === undefined) return;
    await storage.delete(key);
    adopted.delete(key);
    release();
  }

  async function empty(): Promise<void> {
    await storage.delete(ownKey);
    releaseOwn?.();
    releaseOwn = undefined;
  }

  async function fill(text: string): Promise<void> {
    releaseOwn ??= await takeLock(locks, ownKey);
    await storage.set(ownKey, text);
  }

  return {
    adopt: () =>
      serial(async () => {
        const texts: AdoptedText[] = [];
        for (const key of (await storage.keys?.(prefix)) ?? []) {
          if (key === ownKey || adopted.has(key)) continue;
          // What cannot be read stays an orphan; what others hold must not be lost for it.
          const text = await adoptOne(key).catch(() => undefined);
          if (text) texts.push({ text, box: key });
        }
        return texts;
      }),
    save: (own, boxes = new Map()) =>
      serial(async () => {
        await (own === "" ? empty() : fill(own));
        for (const [key, text] of boxes) await (text === "" ? forget(key) : storage.set(key, text));
      }),
    release: () =>
      serial(async () => {
        for (const release of adopted.values()) release();
        adopted.clear();
        releaseOwn?.();
        releaseOwn = undefined;
      }),
  };
}
