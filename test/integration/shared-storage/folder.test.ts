import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fsDriver from "unstorage/drivers/fs";
import fsLiteDriver from "unstorage/drivers/fs-lite";
import { describe, expect, it } from "vitest";
import { createSharedStorage, type SharedDriver } from "../../../src/storage-adapters";
import { emptyFolder } from "./places";

const WEEK = 604_800_000;

describe("a storage in a folder", () => {
  it("is one file for each key, however often it is written, in one folder", async () => {
    const folder = await emptyFolder();
    const storage = createSharedStorage(fsDriver({ base: folder }));
    const at = Date.now();
    for (let n = 0; n < 20; n++) await storage.set("rollgate:x:flags:u1", `${n}`, { at: at + n });
    await storage.set("rollgate:x:hold", "text");
    const names = await readdir(folder);
    expect(names.map((name) => name.replace(/\.\d{15}-.*/, "")).sort()).toEqual([
      "rollgate.x.flags.u1",
      "rollgate.x.hold",
    ]);
    expect(await storage.get("rollgate:x:flags:u1")).toBe("19");
  });

  it("looks at no folder but its own", async () => {
    const folder = await emptyFolder();
    const driver = fsDriver({ base: folder });
    for (const name of ["deep:deeper:file", "app:file", "app:cache:deep:file"]) {
      await driver.setItem?.(name, "of the app", {});
    }
    const listed: (number | undefined)[] = [];
    const watched = {
      ...driver,
      getKeys: (base: string, options: { maxDepth?: number }) => {
        listed.push(options.maxDepth);
        return driver.getKeys(base, options);
      },
    };
    const storage = createSharedStorage(watched, { prefix: "app:cache" });
    await storage.set("k", "text");
    expect(await storage.get("k")).toBe("text");
    expect(await storage.keys("")).toEqual(["k"]);
    expect(new Set(listed)).toEqual(new Set([2]));
    expect(await driver.getItem("app:cache:deep:file")).toBe("of the app");
  });

  it("is found by fs-lite, too", async () => {
    const folder = await emptyFolder();
    await createSharedStorage(fsDriver({ base: folder })).set("a:b", "text");
    const lite = createSharedStorage(fsLiteDriver({ base: folder }));
    expect([await lite.get("a:b"), await lite.keys("a:")]).toEqual(["text", ["a:b"]]);
  });

  it.each([
    ["within a letter", 1],
    ["in the middle", 30],
    ["at the start", 1_000],
  ])("reads the text before, when the newest one is torn %s", async (_, lost) => {
    const folder = await emptyFolder();
    const storage = createSharedStorage(fsDriver({ base: folder }));
    const at = Date.now();
    await storage.set("k", "newest, which ends in 😀ü", { at });
    const [torn = ""] = await readdir(folder);
    // The writer died before it could remove the one before.
    await writeFile(join(folder, torn.replace(/\d{15}/, `00${at - 1}`)), stamped("before", at - 1));
    expect(await storage.get("k")).toBe("newest, which ends in 😀ü");
    const { length } = await readFile(join(folder, torn));
    await truncate(join(folder, torn), Math.max(0, length - lost));
    expect(await storage.get("k")).toBe("before");
    await storage.set("k", "next", { at: at + 1 });
    expect(await readdir(folder)).toHaveLength(1);
    expect(await storage.get("k")).toBe("next");
  });

  it("removes in passing what nobody wrote for a week", async () => {
    const folder = await emptyFolder();
    let now = Date.now();
    const storage = createSharedStorage(fsDriver({ base: folder }), { now: () => now });
    for (const user of ["u1", "u2"]) await storage.set(user, "text");
    now += WEEK - 1;
    await storage.set("u3", "text");
    expect(await storage.keys("u")).toHaveLength(3);
    now += 1;
    expect(await storage.get("u1")).toBeUndefined();
    expect(await storage.keys("u")).toEqual(["u3"]);
    await storage.set("u4", "text");
    expect(await readdir(folder)).toHaveLength(2);
  });

  it("looks again when the text it found was replaced before it could be read", async () => {
    const folder = await emptyFolder();
    const driver = fsDriver({ base: folder });
    const writer = createSharedStorage(driver);
    const at = Date.now();
    await writer.set("k", "first", { at });
    let replacements = 0;
    const raced: SharedDriver = {
      ...driver,
      async getItem(name) {
        if (replacements++ < 3) await writer.set("k", `${replacements}`, { at: at + replacements });
        return driver.getItem(name);
      },
    };
    expect(await createSharedStorage(raced).get("k")).toBe("3");
  });

  it("rejects what cannot be read or written", async () => {
    const folder = await emptyFolder();
    const file = join(folder, "file");
    await writeFile(file, "");
    const storage = createSharedStorage(fsDriver({ base: file }));
    await expect(storage.set("k", "text")).rejects.toThrow();
    await expect((async () => storage.get("k"))()).rejects.toThrow();
    const readOnly = createSharedStorage({
      ...fsDriver({ base: folder }),
      setItem: undefined as never,
    });
    await expect(readOnly.set("k", "text")).rejects.toThrow("read-only");
  });
});

function stamped(text: string, at: number): string {
  return `rg1:${at}:${text.length}:${text}$`;
}
