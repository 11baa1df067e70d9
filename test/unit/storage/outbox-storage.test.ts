import { describe, expect, expectTypeOf, it } from "vitest";
import type { Locks } from "../../../src/storage/locks";
import { createStorageOutbox } from "../../../src/storage/outbox-storage";
import { FakeLocks, mapStorage } from "./support";

const prefix = "rollgate:ns:outbox:";

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

    expect(await second.adopt()).toEqual(["events"]);
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

    expect(adopted.flat().sort()).toEqual(["a", "b", "c"]);
  });

  it("survives the adopter's death before it saved", async () => {
    const { open } = browser();
    const first = open();
    await first.save("events");
    first.crash();
    const second = open();
    await second.adopt();
    second.crash();

    expect(await open().adopt()).toEqual(["events"]);
  });

  it("is covered by what the adopter saves next", async () => {
    const { open, storage, held } = browser();
    const first = open("a");
    await first.save("events");
    first.crash();
    const second = open("b");
    await second.adopt();
    await second.save("events and more");

    expect([...storage.entries]).toEqual([[`${prefix}b`, "events and more"]]);
    expect(held()).toEqual([`${prefix}b`]);
    await second.save("");
    expect([...storage.entries]).toEqual([]);
    expect(held()).toEqual([]);
  });

  it("is not covered by a save that was asked for before it was adopted", async () => {
    const { open, storage } = browser();
    const first = open("a");
    await first.save("events");
    first.crash();
    const second = open("b");
    const adopting = second.adopt();
    await second.save("other");
    await adopting;

    expect(storage.entries.get(`${prefix}a`)).toBe("events");
    await second.save("both");
    expect(storage.entries.has(`${prefix}a`)).toBe(false);
  });

  it("can be emptied before anything was saved", async () => {
    const { open, storage, held } = browser();
    const first = open();
    await first.save("events");
    first.crash();
    const second = open();
    await second.adopt();
    await second.save("");

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
    await tab.save("old and new");
    await tab.release();

    expect(held()).toEqual([]);
    expect(await open().adopt()).toEqual(["old and new"]);
  });

  it("gives up what it adopted but did not cover", async () => {
    const { open } = browser();
    const old = open();
    await old.save("old");
    old.crash();
    const tab = open();
    await tab.adopt();
    await tab.release();

    expect(await open().adopt()).toEqual(["old"]);
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

    expect(await tab.adopt()).toEqual(["a", "c"]);
    await tab.save("a and c");
    expect([...storage.entries.keys()]).toEqual([`${prefix}b`, `${prefix}tab`]);
    expect(held()).toEqual([`${prefix}tab`]);
  });

  it("keeps what it adopted when saving fails", async () => {
    const { open, storage } = browser();
    storage.entries.set(`${prefix}a`, "events");
    const tab = open("tab");
    await tab.adopt();
    const set = storage.set;
    storage.set = () => {
      throw new Error("full");
    };
    await expect(tab.save("events")).rejects.toThrow("full");
    expect(storage.entries.get(`${prefix}a`)).toBe("events");
    storage.set = set;
    await tab.save("events");

    expect([...storage.entries]).toEqual([[`${prefix}tab`, "events"]]);
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

    expect(await open(storage).adopt()).toEqual(["events"]);
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
