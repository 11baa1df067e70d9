import { describe, expect, it } from "vitest";
import { createMemoryStorage } from "../../../src/storage/memory";
import { MAX_ENTRIES, MAX_FLAGS_SIZE, surplusKeys } from "../../../src/storage/recent";

const NS = "0".repeat(32);
const flagsKey = (i: number) => `rollgate:${NS}:flags:${i}`;

describe("the memory storage", () => {
  it("keeps what it is given, under any key", () => {
    const storage = createMemoryStorage();
    storage.set("__proto__", "a");
    storage.set("a", "");
    storage.set("b", "c");
    storage.delete("b");
    storage.delete("unknown");

    expect(["__proto__", "a", "b"].map(storage.get)).toEqual(["a", "", undefined]);
    expect(storage.keys("")).toEqual(["__proto__", "a"]);
    expect(storage.keys("__")).toEqual(["__proto__"]);
  });

  it("forgets the entry that was written longest ago", () => {
    const storage = createMemoryStorage();
    for (let i = 0; i < MAX_ENTRIES; i++) storage.set(`k${i}`, "x");
    storage.set("k0", "y");
    storage.set("new", "x");

    expect(["k0", "k1", "k2", "new"].map(storage.get)).toEqual(["y", undefined, "x", "x"]);
  });
});

describe("what has to go", () => {
  const entry = (key: string, at: number, size = 1) => ({ key, at, size });
  const many = (count: number, at = 0) =>
    Array.from({ length: count }, (_, i) => entry(`k${i}`, at + i));

  it("is nothing within the bounds", () => {
    expect(surplusKeys(many(100), 1_000)).toEqual([]);
  });

  it("is the oldest beyond 100, whatever their order", () => {
    expect(surplusKeys(many(102).reverse(), 1_000).sort()).toEqual(["k0", "k1"]);
  });

  it("is what came first among entries of the same time", () => {
    const same = many(101).map(({ key }) => entry(key, 5));

    expect(surplusKeys(same, 1_000)).toEqual(["k0"]);
  });

  it("is flags before anything that cannot be fetched again", () => {
    const flags = [entry(flagsKey(1), 998), entry(flagsKey(2), 999)];

    expect(surplusKeys([...flags, ...many(99)], 1_000)).toEqual([flagsKey(1)]);
  });

  it("is what a clock ahead of time wrote, before what was written by a right one", () => {
    const wrong = Array.from({ length: 100 }, (_, i) => entry(`w${i}`, 10_000 + i));

    expect(surplusKeys([...wrong, entry("right", 1_000)], 1_000)).toEqual(["w0"]);
  });

  it("is the oldest flags beyond their size, but never the newest", () => {
    const half = MAX_FLAGS_SIZE / 2;
    const flags = [
      entry(flagsKey(1), 1, 1),
      entry(flagsKey(2), 2, half),
      entry(flagsKey(3), 3, half),
    ];

    expect(surplusKeys(flags, 10)).toEqual([flagsKey(1)]);
    expect(surplusKeys([entry(flagsKey(1), 1, MAX_FLAGS_SIZE * 2)], 10)).toEqual([]);
    const outbox = entry("outbox", 1, MAX_FLAGS_SIZE * 2);
    expect(surplusKeys([outbox, entry(flagsKey(1), 1), entry(flagsKey(2), 2)], 10)).toEqual([]);
  });
});
