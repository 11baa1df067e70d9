import { describe, expect, expectTypeOf, it } from "vitest";
import type { Locks } from "../../../src/storage/locks";
import type { AdoptedText } from "../../../src/storage/outbox";
import { createStorageOutbox } from "../../../src/storage/outbox-storage";
import { FakeLocks, mapStorage } from "./support";

const prefix = "rollgate:ns:outbox:";

const textsOf = (adopted: readonly AdoptedText[]) => adopted.map(({ text }) => text);

/** A browser with one storage, in which tabs come and go. */
function browser() {
  const storage = mapStorage();
  const locks = new FakeLocks();
  let next = 1;
  return {
    storage,
    held: () => [...locks.held.keys()],
    open(instanceId = String(next++)) {
      const tab = locks.tab();
      const outbox = createStorageOutbox({ storage, prefix, instanceId, locks: tab.locks });
      return { ...outbox, crash: tab.close };
    },
  };
}

it("takes navigator.locks as it is", () => {
  expectTypeOf<LockManager>().toExtend<Locks>();
});

describe("an outbox with locks", () => {
  it("is adopted once its tab is gone, and not before", async () => {
    const { open } = browser();
    const first = open();
    await first.save("events");
    const second = open();
    expect(await second.adopt()).toEqual([]);
    first.crash();

    expect(textsOf(await second.adopt())).toEqual(["events"]);
    expect(await second.adopt()).toEqual([]);
  });

  it("goes to one of many that start at once", async () => {
    const { open } = browser();
    for (const text of ["a", "b", "c"]) {
      const tab = open();
      await tab.save(text);
      tab.crash();
    }
    const adopted = await Promise.all([open(), open(), open()].map((tab) => tab.adopt()));

    expect(textsOf(adopted.flat()).sort()).toEqual(["a", "b", "c"]);
  });

  it("survives the adopter's death before it saved", async () => {
    const { open } = browser();
    const first = open();
    await first.save("events");
    first.crash();
    const second = open();
    await second.adopt();
    second.crash();

    expect(textsOf(await open().adopt())).toEqual(["events"]);
  });

  it("stays where it lies until it is replaced there, or done with", async () => {
    const { open, storage, held } = browser();
    const first = open("a");
    await first.save("events");
    first.crash();
    const second = open("b");
    const [{ box = "" } = {}] = await second.adopt();
    await second.save("own");
    await second.save("own", new Map([[box, "rest"]]));

    expect(Object.fromEntries(storage.entries)).toEqual({
      [`${prefix}a`]: "rest",
      [`${prefix}b`]: "own",
    });
    expect(held().sort()).toEqual([`${prefix}a`, `${prefix}b`]);
    await second.save("", new Map([[box, ""]]));
    expect([...storage.entries]).toEqual([]);
    expect(held()).toEqual([]);
  });

  it("can be emptied before anything was saved", async () => {
    const { open, storage, held } = browser();
    const first = open();
    await first.save("events");
    first.crash();
    const second = open();
    const [{ box = "" } = {}] = await second.adopt();
    await second.save("", new Map([[box, ""]]));

    expect([...storage.entries]).toEqual([]);
    expect(held()).toEqual([]);
  });

  it("holds a lock only while there is something in it", async () => {
    const { open, held } = browser();
    const tab = open("a");
    await tab.adopt();
    expect(held()).toEqual([]);
    await tab.save("x");
    await tab.save("y");
    expect(held()).toEqual([`${prefix}a`]);
    await tab.save("");
    expect(held()).toEqual([]);
  });

  it("is an orphan at once when it is released", async () => {
    const { open, held } = browser();
    const old = open();
    await old.save("old");
    old.crash();
    const tab = open();
    await tab.adopt();
    await tab.save("new");
    await tab.release();

    expect(held()).toEqual([]);
    expect(textsOf(await open().adopt())).toEqual(["old", "new"]);
  });

  it("gives up what it adopted and is not done with", async () => {
    const { open } = browser();
    const old = open();
    await old.save("old");
    old.crash();
    const tab = open();
    await tab.adopt();
    await tab.release();

    expect(textsOf(await open().adopt())).toEqual(["old"]);
  });

  it("ignores keys of others and empty outboxes", async () => {
    const { open, storage, held } = browser();
    storage.entries.set("rollgate:other:outbox:1", "theirs");
    storage.entries.set(`${prefix}empty`, "");

    expect(await open().adopt()).toEqual([]);
    expect(held()).toEqual([]);
  });

  it("leaves alone what cannot be read, and loses nothing else for it", async () => {
    const { open, storage, held } = browser();
    for (const id of ["a", "b", "c"]) storage.entries.set(prefix + id, id);
    const get = storage.get;
    storage.get = (key) => {
      if (key === `${prefix}b`) throw new Error("unreadable");
      return get(key);
    };
    const tab = open("tab");

    expect(textsOf(await tab.adopt())).toEqual(["a", "c"]);
    expect([...storage.entries.keys()]).toEqual([`${prefix}a`, `${prefix}b`, `${prefix}c`]);
    expect(held()).toEqual([`${prefix}a`, `${prefix}c`]);
  });

  it("keeps what it adopted when saving fails", async () => {
    const { open, storage } = browser();
    storage.entries.set(`${prefix}a`, "events");
    const tab = open("tab");
    const [{ box = "" } = {}] = await tab.adopt();
    const set = storage.set;
    storage.set = () => {
      throw new Error("full");
    };
    await expect(tab.save("own", new Map([[box, "rest"]]))).rejects.toThrow("full");
    expect(storage.entries.get(`${prefix}a`)).toBe("events");
    storage.set = set;
    await tab.save("own", new Map([[box, "rest"]]));

    expect([...storage.entries]).toEqual([
      [`${prefix}a`, "rest"],
      [`${prefix}tab`, "own"],
    ]);
  });
});

describe.each([
  ["locks", {}],
  ["keys", { locks: new FakeLocks().tab().locks }],
])("an outbox without %s", (missing, more) => {
  function open(storage = mapStorage()) {
    const { keys: _, ...withoutKeys } = storage;
    const place = missing === "keys" ? withoutKeys : storage;
    return createStorageOutbox({ storage: place, prefix, instanceId: "1", ...more });
  }

  it("has one fixed key, and is adopted once", async () => {
    const storage = mapStorage();
    await open(storage).save("events");
    expect([...storage.entries]).toEqual([[`${prefix}single`, "events"]]);

    expect(textsOf(await open(storage).adopt())).toEqual(["events"]);
    expect(await open(storage).adopt()).toEqual([]);
  });

  it("is deleted when there is nothing in it, kept when it is released", async () => {
    const storage = mapStorage();
    const outbox = open(storage);
    await outbox.save("x");
    await outbox.save("");
    expect([...storage.entries]).toEqual([]);
    await outbox.save("y");
    await outbox.release();

    expect([...storage.entries.values()]).toEqual(["y"]);
  });
});
