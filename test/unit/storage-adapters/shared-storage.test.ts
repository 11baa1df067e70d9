import { createStorage } from "unstorage";
import memoryDriver from "unstorage/drivers/memory";
import { describe, expect, it } from "vitest";
import { isConfigurationError } from "../../../src";
import {
  createSharedStorage,
  type SharedDriver,
  type SharedStorageOptions,
} from "../../../src/storage-adapters";

function refused(driver: unknown, options?: unknown): string {
  try {
    createSharedStorage(driver as SharedDriver, options as SharedStorageOptions);
  } catch (error) {
    if (isConfigurationError(error)) return `${error.path}: ${error.message}`;
  }
  return "nothing";
}

describe("createSharedStorage", () => {
  it.each([
    ["prefix", { prefix: "a::b" }],
    ["prefix", { prefix: "a/b" }],
    ["prefix", { prefix: ".." }],
    ["prefix", { prefix: 7 }],
    ["ttlMs", { ttlMs: 59_999 }],
    ["ttlMs", { ttlMs: Number.POSITIVE_INFINITY }],
    ["ttlMs", { ttlMs: "week" }],
    ["timeoutMs", { timeoutMs: 0 }],
    ["timeoutMs", { timeoutMs: Number.NaN }],
    ["now", { now: 7 }],
  ])("refuses a nonsensical %s: %j", (path, options) => {
    expect(refused(memoryDriver(), options)).toMatch(
      new RegExp(`^${path}: createSharedStorage: ${path} must be `),
    );
  });

  it.each([[undefined], [null], [{}], [{ getItem() {} }], ["redis"]])(
    "refuses %j as a driver",
    (driver) => {
      expect(refused(driver)).toMatch(/^driver: /);
    },
  );

  it("says that it is shared, and how long a client is to wait for it", () => {
    const driver = memoryDriver();
    expect(createSharedStorage(driver)).toMatchObject({ shared: true, timeoutMs: 1_000 });
    expect(createSharedStorage(driver, { timeoutMs: 50 })).toMatchObject({ timeoutMs: 50 });
  });

  it("takes the driver that the prefix is mounted at", async () => {
    const [root, mounted] = [memoryDriver(), memoryDriver()];
    const storage = createStorage({ driver: root });
    storage.mount("cache", mounted);
    await createSharedStorage(storage, { prefix: "cache:eu" }).set("k", "text");
    await createSharedStorage(storage, { prefix: "cached" }).set("k", "text");
    expect(await mounted.getKeys("", {})).toEqual([expect.stringMatching(/^eu:k:/)]);
    expect(await root.getKeys("", {})).toEqual([expect.stringMatching(/^cached:k:/)]);
  });

  it("gives a driver the time that a text has left", async () => {
    const ttls: unknown[] = [];
    const driver = {
      ...memoryDriver(),
      setItem: (_: string, __: string, options: object) => void ttls.push(options),
    };
    const storage = createSharedStorage(driver, { now: () => 100_000, ttlMs: 60_000 });
    await storage.set("k", "text", { at: 50_500 });
    await storage.set("k", "text");
    await storage.set("k", "text", { at: 40_000 });
    expect(ttls).toEqual([{ ttl: 11 }, { ttl: 60 }]);
  });

  it("asks a driver once for what is asked for in one turn", async () => {
    const asked: unknown[] = [];
    const driver: SharedDriver = {
      getItem: () => undefined,
      getKeys: (base) => {
        asked.push(base);
        return [`${base}${"1".padStart(15, "0")}-000000-abcdefghij`];
      },
      getItems: (items) => {
        asked.push(items.map(({ key }) => key.split(":")[0]));
        return items.map(() => ({ value: "rg1:1:1:x$" }));
      },
    };
    const storage = createSharedStorage(driver, { now: () => 1 });
    const texts = await Promise.all([storage.get("a"), storage.get("b"), storage.get("a")]);
    expect(texts).toEqual(["x", "x", "x"]);
    expect(asked).toEqual(["a:", "b:", ["a", "b"]]);
    expect(await storage.get("c")).toBe("x");
  });

  it("lists no more of a driver than the prefix asks for", async () => {
    const memory = memoryDriver();
    const bases: string[] = [];
    const driver: SharedDriver = {
      ...memory,
      getKeys: (base, options) => {
        bases.push(base);
        return memory.getKeys(base, options);
      },
    };
    const storage = createSharedStorage(driver, { prefix: "app" });
    for (const key of ["a:b:c", "a:bb", "b"]) await storage.set(key, "text");
    bases.length = 0;
    expect((await storage.keys("a:b")).sort()).toEqual(["a:b:c", "a:bb"]);
    expect(await storage.keys("a:b:")).toEqual(["a:b:c"]);
    expect(bases).toEqual(["app:a:", "app:a:b:"]);
  });

  it("rejects, for each of them, what a driver says went wrong", async () => {
    const driver: SharedDriver = {
      name: "redis",
      getInstance: () => ({}),
      getItem: () => undefined,
      getKeys: () => [],
      getItems: () => Promise.reject(new Error("no connection")),
    };
    const storage = createSharedStorage(driver);
    const answers = await Promise.allSettled([storage.get("a"), storage.get("b")]);
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    const given = createSharedStorage({
      ...driver,
      getItems: () => [{ value: new Error("no access") }],
    });
    await expect(given.get("a")).rejects.toThrow("no access");
  });
});
