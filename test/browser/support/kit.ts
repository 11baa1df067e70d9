/** What stands on the test page; its functions are called by `page.evaluate`. */
import * as sdk from "../../../src/index.browser";
import {
  createInspector,
  type InspectorOptions,
  type StatelyInspector,
} from "../../../src/inspect/index.browser";
import { createIdbLocks } from "../../../src/storage/idb-locks";
import { takeLock } from "../../../src/storage/locks";
import { createVirtualClock } from "../../../src/testing/virtual-clock";

declare global {
  interface Window {
    readonly kit: typeof kit;
  }
}

const kit = {
  sdk,
  /** The client made by {@link start}. */
  client: undefined as unknown as sdk.RollgateClient,
  /** Names of the client's events, and codes of its errors, in order. */
  said: [] as string[],
  /** What these errors say. */
  messages: [] as string[],
  /** Payloads of `flag_changed` since `init`. */
  changes: [] as sdk.FlagChange[],

  /** The time of a client whose time stands still. */
  clock: createVirtualClock(),

  /** Makes a client and waits for its `init`. @returns what that rejected with, if it did */
  async start(
    config: sdk.RollgateConfig,
    user?: sdk.UserContext,
    time: "real" | "still" = "real",
  ): Promise<string | undefined> {
    const own = time === "still" ? { clock: kit.clock } : {};
    const client = new sdk.RollgateClient({ ...config, ...own });
    kit.client = client;
    client.on("error", (error) => {
      kit.said.push(`error ${error.code}`);
      kit.messages.push(error.message);
    });
    client.on("connection_changed", ({ to }) => kit.said.push(`connection ${to}`));
    const code = await kit.codeOf(client.init(user));
    client.on("flag_changed", (change) => kit.changes.push(change));
    return code;
  },

  /** The inspector made by {@link inspect}, and messages of its errors. */
  inspector: undefined as unknown as StatelyInspector,
  troubles: [] as string[],

  /** Attaches an inspector to the client. */
  inspect(options: InspectorOptions): void {
    const onError = ({ message }: Error) => void kit.troubles.push(message);
    kit.inspector = createInspector({ onError, ...options });
    kit.client.attachInspector(kit.inspector);
  },

  /** The code with which a promise rejects; `undefined` when it does not. */
  async codeOf(promise: Promise<unknown>): Promise<string | undefined> {
    try {
      await promise;
      return undefined;
    } catch (error) {
      return error instanceof sdk.RollgateError ? error.code : String(error);
    }
  },

  track(...eventNames: string[]): void {
    for (const eventName of eventNames) {
      kit.client.track({ flagKey: "beta", eventName, userId: "u1" });
    }
  },

  /** The same with events that take so many bytes and some more. */
  trackLarge(bytes: number, ...eventNames: string[]): void {
    const metadata = { text: "x".repeat(bytes) };
    for (const eventName of eventNames) {
      kit.client.track({ flagKey: "beta", eventName, userId: "u1", metadata });
    }
  },

  /** Lets so many try one lock of databases at the same time. @returns how many had it */
  async contend(count: number, name: string): Promise<number> {
    const locks = createIdbLocks(indexedDB, kit.clock);
    const tries = Array.from({ length: count }, () => takeLock(locks, name));
    const taken = await Promise.all(tries);
    return taken.filter((release) => release !== undefined).length;
  },

  /** The texts in all outboxes, of whatever tab. */
  async outboxes(): Promise<string[]> {
    const entries = await kit.stored();
    return entries.filter(([key]) => key.includes(":outbox:")).map(([, text]) => text);
  },

  /** What the SDK keeps in IndexedDB. */
  async stored(): Promise<[string, string][]> {
    const names = (await indexedDB.databases()).map(({ name }) => name);
    if (!names.includes("rollgate")) return [];
    const database = await done(indexedDB.open("rollgate"));
    try {
      if (!database.objectStoreNames.contains("entries")) return [];
      const store = database.transaction("entries").objectStore("entries");
      const keys = await done(store.getAllKeys());
      const values = await done(store.getAll());
      return keys.map((key, index) => [String(key), values[index].value]);
    } finally {
      database.close();
    }
  },
  spoilStored,
};

/** Replaces what is stored under every key by what `spoil` makes of it. */
async function spoilStored(spoil: (value: string) => unknown): Promise<void> {
  const database = await done(indexedDB.open("rollgate"));
  try {
    const store = database.transaction("entries", "readwrite").objectStore("entries");
    for (const key of await done(store.getAllKeys())) {
      const entry = await done(store.get(key));
      await done(store.put({ ...entry, value: spoil(entry.value) }, key));
    }
  } finally {
    database.close();
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

Object.assign(window, { kit });
