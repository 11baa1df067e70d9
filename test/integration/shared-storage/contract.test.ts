import { describe, expect } from "vitest";
import { ALL_PLACES } from "./places";

const WEEK = 604_800_000;

describe.each(ALL_PLACES)("%s", (_, it, place) => {
  it("keeps texts as they are, and lists and deletes them", async () => {
    const { open } = await place();
    const storage = open();
    // JSON, and what a reader of JSON would make something else of.
    const texts = ['{"__proto__":1}', "true", "12", '"a"', "", "ü€😀\n$"];
    for (const [n, text] of texts.entries()) await storage.set(`a:${n}`, text);
    await storage.set("b", "other");
    const other = open();
    expect(await Promise.all(texts.map((_text, n) => other.get(`a:${n}`)))).toEqual(texts);
    expect((await other.keys("a:")).sort()).toEqual(texts.map((_text, n) => `a:${n}`));
    await other.delete("a:0");
    await other.delete("a:0");
    expect(await storage.get("a:0")).toBeUndefined();
    expect(await storage.get("b")).toBe("other");
  });

  it("takes any text for a key, and confuses none", async () => {
    const storage = (await place()).open();
    const keys = [
      "a",
      "a:b",
      "a:b:c",
      "a::b",
      ":a",
      "a:",
      "A.b",
      "A:b",
      "a/b",
      "a\\b",
      "a?b",
      "..",
      "a$",
      "~",
      "%7E",
      "ü*",
    ];
    for (const key of keys) await storage.set(key, `of ${key}`);
    expect(await Promise.all(keys.map((key) => storage.get(key)))).toEqual(
      keys.map((key) => `of ${key}`),
    );
    expect((await storage.keys("")).sort()).toEqual([...keys].sort());
    expect((await storage.keys("a:b")).sort()).toEqual(["a:b", "a:b:c"]);
    await storage.delete("a:b");
    expect((await storage.keys("a:b")).sort()).toEqual(["a:b:c"]);
  });

  it("never replaces a text by an older one", async () => {
    const { open } = await place();
    const [one, other] = [open(), open()];
    const at = Date.now() - 10_000;
    await one.set("k", "second", { at: at + 1 });
    await other.set("k", "first", { at });
    expect(await one.get("k")).toBe("second");
    expect(await other.get("k")).toBe("second");
    await one.set("k", "as new", { at: at + 1 });
    expect(await one.get("k")).toBe("as new");
    await one.set("k", "third", { at: at + 2 });
    expect(await other.get("k")).toBe("third");
    await other.set("k", "without a time");
    await one.set("k", "fourth", { at: at + 3 });
    expect(await one.get("k")).toBe("without a time");
  });

  it("forgets a text a week after its time, whenever it was written", async () => {
    const { open } = await place();
    const storage = open();
    await storage.set("dead", "text", { at: Date.now() - WEEK });
    await storage.set("alive", "text", { at: Date.now() - WEEK + 60_000 });
    expect(await storage.get("dead")).toBeUndefined();
    expect(await storage.get("alive")).toBe("text");
    expect(await storage.keys("")).toEqual(["alive"]);
  });

  it("takes nonsense for a time as none", async () => {
    const storage = (await place()).open();
    await storage.set("k", "old", { at: Number.NEGATIVE_INFINITY });
    expect(await storage.get("k")).toBeUndefined();
    await storage.set("k", "text", { at: Number.NaN });
    expect(await storage.get("k")).toBe("text");
    await storage.set("k", "of now", { at: Date.now() + 0.5 });
    expect(await storage.keys("k")).toEqual(["k"]);
  });

  it("lies beside what is not ours, and leaves that alone", async () => {
    const { open } = await place();
    const [one, other] = [open({ prefix: "one" }), open({ prefix: "one:more" })];
    await one.set("k", "of one");
    await other.set("k", "of the other");
    expect([await one.get("k"), await other.get("k")]).toEqual(["of one", "of the other"]);
    expect(await other.keys("")).toEqual(["k"]);
    await one.delete("k");
    expect(await other.get("k")).toBe("of the other");
  });
});
