import { mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { RollgateError } from "../../../src/errors/rollgate-error";
import { writeAtomically } from "../../../src/storage/atomic-file";
import { createFileStorage } from "../../../src/storage/file";
import { namesIn, startChild, temporaryDirectory } from "./support";

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
  path = join(directory, "flags.json");
});

function open(now?: () => number) {
  const reports: RollgateError[] = [];
  const report = (error: RollgateError) => reports.push(error);
  const storage = createFileStorage(path, now === undefined ? { report } : { report, now });
  return { ...storage, reports, messages: () => reports.map(({ message }) => message) };
}

const content = async () => JSON.parse(await readFile(path, "utf8"));
const mode = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);

describe("a storage file", () => {
  it("gives back what was set, under any key and in a later run", async () => {
    const first = open();
    await first.set("a", "é\u0000😀\ud800");
    await first.set("__proto__", "");
    await first.set("gone", "x");
    await first.delete("gone");
    await first.delete("never there");
    const later = open();

    expect(await later.get("a")).toBe("é\u0000😀\ud800");
    expect(await later.get("__proto__")).toBe("");
    expect(await later.get("gone")).toBeUndefined();
    expect(await later.keys("")).toEqual(["a", "__proto__"]);
    expect(await later.keys("__")).toEqual(["__proto__"]);
    expect(later.reports).toEqual([]);
  });

  it("is one JSON object with a version and the time of each entry", async () => {
    await open(() => 5).set("a", "x");
    await open(() => 7).set("b", "y");

    expect(await content()).toEqual({
      v: 1,
      entries: { a: { value: "x", at: 5 }, b: { value: "y", at: 7 } },
    });
  });

  it("is readable by its owner only, as is a directory made for it", async () => {
    path = join(directory, "deep", "er", "flags.json");
    await open().set("a", "x");

    expect(await mode(path)).toBe("600");
    expect(await mode(join(directory, "deep"))).toBe("700");
    expect(await mode(join(directory, "deep", "er"))).toBe("700");
  });

  it("does not make anything by being read", async () => {
    const storage = open();

    expect(await storage.get("a")).toBeUndefined();
    expect(await storage.keys("")).toEqual([]);
    await storage.delete("a");
    expect(await namesIn(directory)).toEqual([]);
  });

  it("leaves no other file behind", async () => {
    await open().set("a", "x");

    expect(await namesIn(directory)).toEqual(["flags.json"]);
  });

  it("takes calls that are not awaited in order", async () => {
    const storage = open();
    const calls = Array.from({ length: 20 }, (_, i) => storage.set("a", String(i)));
    const last = storage.get("a");
    await Promise.all(calls);

    expect(await last).toBe("19");
  });

  it("keeps the 100 most recent entries, even of one millisecond", async () => {
    const storage = open(() => 5);
    await Promise.all(Array.from({ length: 100 }, (_, i) => storage.set(`k${i}`, "x")));
    await storage.set("k0", "y");
    await storage.set("new", "x");

    expect(await storage.keys("")).toHaveLength(100);
    expect(await storage.get("k0")).toBe("y");
    expect(await storage.get("k1")).toBeUndefined();
    expect(await storage.get("new")).toBe("x");
  });

  it("takes in what another client wrote meanwhile", async () => {
    const [one, two] = [open(), open()];
    await one.set("a", "1");
    await two.set("b", "2");
    await one.set("c", "3");
    await two.delete("a");

    expect(await one.keys("")).toEqual(["b", "c"]);
  });

  it("rejects, saying why, when it cannot be read or written", async () => {
    await mkdir(path);
    const storage = open();

    await expect(storage.get("a")).rejects.toThrow("not a file");
    await expect(storage.set("a", "x")).rejects.toThrow("not a file");
    await expect(storage.get("a")).rejects.toThrow("not a file");
    expect(await namesIn(directory)).toEqual(["flags.json"]);
  });

  it("goes on once the cause of a failure is gone", async () => {
    await mkdir(path);
    const storage = open();
    await expect(storage.set("a", "x")).rejects.toThrow("not a file");
    await rm(path, { recursive: true });
    await storage.set("a", "y");

    expect(await storage.get("a")).toBe("y");
  });
});

describe("a file that is not what we wrote", () => {
  const UNREADABLE = "The storage file is damaged or not ours; it counts as empty.";

  it.each([
    ["empty", ""],
    ["truncated", '{"v":1,"entries":{"a":{"value":"x","a'],
    ["binary", "\u0000\u0001\ufffd"],
    ["foreign", '{"name":"my-package","version":"1.0.0"}'],
    ["of another version", '{"v":0,"entries":{}}'],
    ["without entries", '{"v":1,"entries":[]}'],
    ["a list", "[]"],
    ["null", "null"],
  ])("is empty to us, reported once, and kept aside when it is replaced: %s", async (_, text) => {
    await writeFile(path, text);
    const storage = open();

    expect(await storage.get("a")).toBeUndefined();
    expect(await storage.keys("")).toEqual([]);
    expect(await readFile(path, "utf8")).toBe(text);
    await storage.set("a", "x");
    expect(await storage.get("a")).toBe("x");
    expect(storage.messages()).toEqual([UNREADABLE]);
    expect(storage.reports[0]?.code).toBe("STORAGE_FAILED");
    expect(await readFile(`${path}.unreadable`, "utf8")).toBe(text);
    expect(await namesIn(directory)).toEqual(["flags.json", "flags.json.unreadable"]);
  });

  it("loses only the entries that are damaged", async () => {
    const entries = {
      a: { value: "x", at: 1 },
      b: { value: 5, at: 1 },
      c: { value: "x" },
      d: null,
      e: "x",
    };
    await writeFile(path, JSON.stringify({ v: 1, entries }));
    const storage = open();

    expect(await storage.keys("")).toEqual(["a"]);
    expect(storage.reports).toEqual([]);
  });

  it("is never touched when a later version wrote it: entries last as long as the process", async () => {
    const text = '{"v":2,"entries":"in another form"}';
    await writeFile(path, text);
    const storage = open();
    await storage.set("a", "x");
    await storage.set("b", "y");
    await storage.delete("b");

    expect(await storage.get("a")).toBe("x");
    expect(await storage.keys("")).toEqual(["a"]);
    expect(await open().get("a")).toBeUndefined();
    expect(await readFile(path, "utf8")).toBe(text);
    expect(await namesIn(directory)).toEqual(["flags.json"]);
    expect(storage.messages()).toEqual([
      "The storage file was written by a later version; it is left alone and nothing is persisted.",
    ]);
  });
});

describe("what a killed process leaves", () => {
  const old = new Date(Date.now() - 120_000);

  it("temporary files: old ones are swept, one that may be in use is not", async () => {
    const [stale, fresh, other] = ["0123456789ab", "ba9876543210", "x"].map(
      (end) => `${path}.tmp-${end}`,
    ) as [string, string, string];
    for (const file of [stale, fresh, other]) await writeFile(file, "x");
    for (const file of [stale, other]) await utimes(file, old, old);
    await open().set("a", "x");

    expect(await namesIn(directory)).toEqual([
      "flags.json",
      "flags.json.tmp-ba9876543210",
      "flags.json.tmp-x",
    ]);
  });

  it("a lock of a dead process is taken over", async () => {
    const child = await startChild();
    await child.kill();
    await writeFile(`${path}.lock`, String(child.pid));
    await open().set("a", "x");

    expect(await namesIn(directory)).toEqual(["flags.json"]);
  });

  it("a lock without owner is taken over when it is old", async () => {
    await writeFile(`${path}.lock`, "");
    await utimes(`${path}.lock`, old, old);
    await open().set("a", "x");

    expect(await namesIn(directory)).toEqual(["flags.json"]);
  });

  it("a lock that is never freed does not stop writes for ever, and is not ours to free", async () => {
    await writeFile(`${path}.lock`, String(process.pid));
    const storage = open();
    await storage.set("a", "x");

    expect(await storage.get("a")).toBe("x");
    expect(await namesIn(directory)).toEqual(["flags.json", "flags.json.lock"]);
  });

  it("a file that is whole: either the old one or the new one", async () => {
    const value = "x".repeat(500_000);
    const child = await startChild();
    await child.call(path, "setMany", "k", 3, value);
    const writing = child.call(path, "setMany", "k", 1_000, value);
    writing.catch(() => {});
    // Until it is in the middle of it: a temporary file exists.
    while (!(await namesIn(directory)).some((name) => name.includes(".tmp-")));
    await child.kill();
    const { v, entries } = await content();

    expect(v).toBe(1);
    expect(Object.keys(entries).length).toBeGreaterThanOrEqual(3);
    expect(Object.values(entries).every((e) => (e as { value: string }).value === value)).toBe(
      true,
    );
  });
});

describe("two processes", () => {
  it("lose nothing of each other, and nobody ever reads half a file", async () => {
    const [one, two] = await Promise.all([startChild(), startChild()]);
    let done = false;
    const racing = Promise.all([
      one.call(path, "setMany", "one", 40, "x".repeat(5_000)),
      two.call(path, "setMany", "two", 40, "y".repeat(5_000)),
    ]).finally(() => {
      done = true;
    });
    const seen: number[] = [];
    const reader = open();
    while (!done) seen.push((await reader.keys("")).length);
    await racing;

    expect(reader.reports).toEqual([]);
    expect(await reader.keys("one")).toHaveLength(40);
    expect(await reader.keys("two")).toHaveLength(40);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(await namesIn(directory)).toEqual(["flags.json"]);
  });
});

describe("an atomic write", () => {
  it("cleans up after itself when it fails", async () => {
    await mkdir(path);

    await expect(writeAtomically(path, "x")).rejects.toThrow();
    expect(await namesIn(directory)).toEqual(["flags.json"]);
  });
});
