import { describe, expect, it } from "vitest";
import type { RollgateError } from "../../../src/errors/rollgate-error";
import { createSafeStorage, type FlagStorage } from "../../../src/storage";
import { HandClock, mapStorage, settle } from "./support";

const never = () => new Promise<never>(() => {});

function wrap(storage: Partial<Record<keyof FlagStorage, unknown>>) {
  const clock = new HandClock();
  const reports: RollgateError[] = [];
  const safe = createSafeStorage(storage as unknown as FlagStorage, {
    clock,
    report: (error) => reports.push(error),
    redact: (text) => text.replaceAll("secret", "[redacted]"),
  });
  return { clock, safe, messages: () => reports.map(({ message }) => message), reports };
}

/** A storage whose calls can be held back. */
function slow(storage = mapStorage()) {
  let gate: { readonly opened: Promise<void>; readonly open: () => void } | undefined;
  let calls = 0;
  const through = async <T>(call: () => T): Promise<T> => {
    calls++;
    await gate?.opened;
    return call();
  };
  return {
    entries: storage.entries,
    get calls() {
      return calls;
    },
    close() {
      let open = () => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      gate = { opened, open };
    },
    open() {
      gate?.open();
      gate = undefined;
    },
    storage: {
      get: (key: string) => through(() => storage.get(key)),
      set: (key: string, value: string) => through(() => storage.set(key, value)),
      delete: (key: string) => through(() => storage.delete(key)),
      keys: (prefix: string) => through(() => storage.keys(prefix)),
    },
  };
}

describe("a storage that works", () => {
  it("is used as it is, whether it answers by promise or at once", async () => {
    const entries = new Map<string, string>();
    const atOnce = {
      get: (key: string) => entries.get(key) ?? null,
      set: (key: string, value: string) => entries.set(key, value),
      delete: (key: string) => entries.delete(key),
      keys: () => [...entries.keys()],
    };
    for (const storage of [mapStorage(), atOnce]) {
      const { safe, clock, messages } = wrap(storage);
      expect(await safe.get("a:1")).toBeUndefined();
      await safe.set("a:1", "x");
      await safe.set("b:1", "");
      expect([await safe.get("a:1"), await safe.get("b:1")]).toEqual(["x", ""]);
      expect(await safe.keys?.("a:")).toEqual(["a:1"]);
      await safe.delete("a:1");
      expect(await safe.get("a:1")).toBeUndefined();
      expect(messages()).toEqual([]);
      expect(clock.pendingTimers).toBe(0);
    }
  });

  it("is called as its own methods", async () => {
    class Own {
      value = "x";
      get() {
        return this.value;
      }
      set(_: string, value: string) {
        this.value = value;
      }
      delete() {}
    }
    const { safe, messages } = wrap(new Own());
    await safe.set("a", "y");

    expect(await safe.get("a")).toBe("y");
    expect(messages()).toEqual([]);
  });

  it("is told how new a text is, also when it could not be written at first", async () => {
    const told: unknown[] = [];
    let fails = true;
    const storage = {
      get: () => undefined,
      set: (...args: unknown[]) => {
        told.push(args);
        return fails ? never() : undefined;
      },
    };
    const { safe, clock } = wrap(storage);
    const writing = safe.set("a", "x", { at: 7 });
    clock.advance(1_000);
    await writing;
    fails = false;
    clock.advance(1_000);
    await safe.get("b");
    await settle();
    expect(told).toEqual([
      ["a", "x", { at: 7 }],
      ["a", "x", { at: 7 }],
    ]);
  });

  it("is given what it refused, once it takes something again", async () => {
    const { entries, ...storage } = mapStorage();
    let full = true;
    const refusing = {
      ...storage,
      set: async (key: string, value: string) => {
        if (full) throw new Error("full");
        await storage.set(key, value);
      },
    };
    const { safe } = wrap(refusing);
    await safe.set("a", "1");
    await safe.set("b", "1");
    await safe.set("b", "2");
    await safe.delete("c");
    await settle();
    expect([...entries]).toEqual([]);
    full = false;
    await safe.set("d", "3");
    await settle();
    expect(Object.fromEntries(entries)).toEqual({ a: "1", b: "2", d: "3" });
    expect(await safe.get("a")).toBe("1");
  });

  it("has keys only if the wrapped one has", () => {
    const { keys: _, ...withoutKeys } = mapStorage();

    expect(wrap(withoutKeys).safe.keys).toBeUndefined();
  });
});

describe("a storage that fails", () => {
  const boom = () => {
    throw new Error("no secret here");
  };
  const reject = async () => boom();

  it.each([
    ["throws", boom],
    ["rejects", reject],
  ])("%s: nothing is found, and one reason is reported once", async (_, fail) => {
    const { safe, reports, messages } = wrap({ get: fail, set: fail, delete: fail, keys: fail });
    for (let i = 0; i < 3; i++) {
      expect(await safe.get("a")).toBeUndefined();
      expect(await safe.keys?.("")).toEqual(i === 0 ? [] : ["b"]);
      await safe.set("b", "x");
      await safe.delete("c");
    }

    expect(messages()).toEqual(["The storage failed: no [redacted] here (get)."]);
    const [first] = reports;
    expect([first?.code, first?.category, first?.cause]).toEqual([
      "STORAGE_FAILED",
      "storage",
      undefined,
    ]);
  });

  it.each([
    [
      "the name of an error without a message",
      new DOMException("", "QuotaExceededError"),
      "QuotaExceededError",
    ],
    ["that there was no error at all", null, "something without a message"],
  ])("is reported with %s", async (_, thrown, said) => {
    const { safe, messages } = wrap({ get: () => Promise.reject(thrown) });
    await safe.get("a");
    expect(messages()).toEqual([`The storage failed: ${said} (get).`]);
  });

  it("is reported once for each operation, however many reasons it has", async () => {
    let calls = 0;
    const fail = () => {
      throw new Error(`reason ${++calls}`);
    };
    const { safe, messages } = wrap({ get: fail, set: fail, delete: fail, keys: fail });
    for (let i = 0; i < 3; i++) {
      await safe.get("a");
      await safe.keys?.("");
      await safe.set(`b${i}`, "x");
      await safe.delete(`c${i}`);
    }

    expect(messages()).toEqual([
      "The storage failed: reason 1 (get).",
      "The storage failed: reason 2 (keys).",
      "The storage failed: reason 3 (set).",
      "The storage failed: reason 4 (delete).",
    ]);
  });

  it("keeps what could not be written or deleted in memory", async () => {
    const entries = new Map([["old", "x"]]);
    const { safe } = wrap({ ...mapStorage(entries), set: boom, delete: reject });
    await safe.set("new", "y");
    await safe.delete("old");

    expect([await safe.get("new"), await safe.get("old")]).toEqual(["y", undefined]);
    expect(await safe.keys?.("")).toEqual(["new"]);
    expect([...entries]).toEqual([["old", "x"]]);
  });

  it("is asked again each time, so that a full disk that was cleared serves again", async () => {
    const storage = mapStorage();
    let full = true;
    const { safe } = wrap({
      ...storage,
      set: (key: string, value: string) => (full ? boom() : storage.set(key, value)),
    });
    await safe.set("a", "1");
    full = false;
    await safe.set("a", "2");
    storage.entries.set("a", "3");

    expect(await safe.get("a")).toBe("3");
  });

  it("does not forget a failed write when an older one succeeds after it", async () => {
    let finish = () => {};
    const answers = [
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
      Promise.reject(new Error("full")),
    ];
    const { safe } = wrap({ ...mapStorage(), set: () => answers.shift() });
    const first = safe.set("a", "1");
    await safe.set("a", "2");
    finish();
    await first;

    expect(await safe.get("a")).toBe("2");
  });

  it("remembers a bounded number of failed writes", async () => {
    const { safe } = wrap({ ...mapStorage(), set: boom });
    for (let i = 0; i <= 100; i++) await safe.set(`k${i}`, "x");

    expect([await safe.get("k0"), await safe.get("k1"), await safe.get("k100")]).toEqual([
      undefined,
      "x",
      "x",
    ]);
  });

  it.each([
    ["get", 5, undefined],
    ["get", {}, undefined],
    ["keys", "abc", []],
    ["keys", [1], []],
    ["keys", undefined, []],
  ])("by answering %s with %j: a miss, reported once", async (operation, answer, expected) => {
    const { safe, messages } = wrap({ ...mapStorage(), [operation]: async () => answer });
    const ask = () => (operation === "get" ? safe.get("a") : safe.keys?.("a"));

    expect([await ask(), await ask()]).toEqual([expected, expected]);
    expect(messages()).toEqual([`The storage gave something unusable (${operation}).`]);
  });

  it("shortens what it says, after redacting it", async () => {
    const long = `${"x".repeat(196)}secret`;
    const { safe, messages } = wrap({
      get: () => {
        throw long;
      },
    });
    await safe.get("a");

    expect(messages()).toEqual([`The storage failed: ${"x".repeat(196)}[red… (get).`]);
  });

  it("may throw anything", async () => {
    const thrown = [undefined, null, Object.create(null), Symbol("s"), { toString: boom }];
    for (const value of thrown) {
      const { safe, messages } = wrap({ get: () => Promise.reject(value) });

      expect(await safe.get("a")).toBeUndefined();
      expect(messages()).toHaveLength(1);
    }
  });
});

describe("a storage that hangs", () => {
  it("is given 100 ms", async () => {
    const { safe, clock, messages } = wrap({ ...mapStorage(), get: never });
    const found = safe.get("a");
    let done = false;
    found.then(() => {
      done = true;
    });
    clock.advance(99);
    await settle();
    expect(done).toBe(false);
    clock.advance(1);

    expect(await found).toBeUndefined();
    expect(messages()).toEqual(["The storage did not answer within 100 ms (get)."]);
  });

  it("leaves what was written readable", async () => {
    const { safe, clock } = wrap({ get: never, set: never, delete: never });
    const written = safe.set("a", "x");
    expect(await safe.get("a")).toBe("x");
    clock.advance(1_000);
    await written;

    expect(await safe.get("a")).toBe("x");
    expect(await safe.get("b")).toBeUndefined();
  });

  it("is asked again after a second, then after two, then after four", async () => {
    let calls = 0;
    const hang = () => {
      calls++;
      return never();
    };
    const { safe, clock } = wrap({ ...mapStorage(), get: hang });
    const callsAfter = async (ms: number) => {
      clock.advance(ms);
      const found = safe.get("a");
      clock.advance(100);
      await found;
      return calls;
    };

    expect([
      await callsAfter(0),
      await callsAfter(899),
      await callsAfter(1),
      await callsAfter(1_899),
      await callsAfter(1),
      await callsAfter(3_899),
      await callsAfter(1),
    ]).toEqual([1, 1, 2, 2, 3, 3, 4]);
  });

  it("is as patient as at first once it answered again", async () => {
    const device = slow();
    const { safe, clock } = wrap(device.storage);
    for (let i = 0; i < 3; i++) {
      device.close();
      const hung = safe.get("a");
      clock.advance(100);
      await hung;
      device.open();
      await settle();
    }
    device.close();
    const hung = safe.get("a");
    clock.advance(100);
    await hung;
    clock.advance(1_000);
    const before = device.calls;
    void safe.get("a");

    expect(device.calls).toBe(before + 1);
  });

  it("counts calls that hang side by side as one", async () => {
    let calls = 0;
    const { safe, clock } = wrap({
      get: () => {
        calls++;
        return never();
      },
    });
    const found = [safe.get("a"), safe.get("b"), safe.get("c")];
    clock.advance(100);
    await Promise.all(found);
    clock.advance(1_000);
    void safe.get("d");

    expect(calls).toBe(4);
  });

  it("is trusted again as soon as it answers late, and gets what it missed", async () => {
    const device = slow();
    device.entries.set("gone", "x");
    const { safe, clock } = wrap(device.storage);
    device.close();
    const hung = safe.get("other");
    clock.advance(100);
    await hung;
    await safe.set("a", "1");
    await safe.set("a", "2");
    await safe.delete("gone");
    expect([...device.entries]).toEqual([["gone", "x"]]);
    device.open();
    await settle();

    expect([...device.entries]).toEqual([["a", "2"]]);
    device.entries.set("a", "3");
    expect(await safe.get("a")).toBe("3");
  });

  it("does not put an older value over a newer one that is waiting", async () => {
    const device = slow();
    const { safe, clock } = wrap(device.storage);
    device.close();
    const first = safe.set("a", "1");
    clock.advance(1_000);
    await first;
    await safe.set("a", "2");
    device.open();
    await settle();

    expect([...device.entries]).toEqual([["a", "2"]]);
    expect(await safe.get("a")).toBe("2");
  });

  it("gives writing a second, since nobody waits for it", async () => {
    const { safe, clock, messages } = wrap({ get: () => undefined, set: never, delete: never });
    const written = safe.set("a", "x");
    clock.advance(999);
    expect(messages()).toEqual([]);
    clock.advance(1);
    await written;
    expect(messages()).toEqual(["The storage did not answer within 1000 ms (set)."]);
  });

  it("leaves no timer and no unhandled rejection behind", async () => {
    let fail = (_: Error) => {};
    const { safe, clock } = wrap({
      get: () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    });
    const found = safe.get("a");
    clock.advance(100);
    await found;
    fail(new Error("late"));
    await settle();

    expect(clock.pendingTimers).toBe(0);
  });
});
