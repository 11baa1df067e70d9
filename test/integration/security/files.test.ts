import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RollgateConfig } from "../../../src";
import { createClient } from "../../support/client";
import { recordEvents, until } from "../../support/events";
import { type RollgateServer, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { event, names } from "../delivery/support";
import { temporaryDirectory } from "../storage/support";

let path: string;
let server: RollgateServer;

beforeEach(async () => {
  path = join(await temporaryDirectory(), "made", "for", "flags.json");
  server = await startRollgateServer({ beta: true });
});

const open = (config: Partial<RollgateConfig> = {}) =>
  createClient(server, {
    cache: { persistPath: path },
    tracking: { persist: true, flushIntervalMs: 60_000 },
    ...config,
  });

/** One that waits for its storage as long as that takes. */
const openPatient = () => open({ clock: createVirtualClock() });

/** The modes of what stays below a directory, by what it is. */
async function modes(directory: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (/\.(lock|tmp-\w+)$/.test(entry.name)) continue;
    const about = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
    const [kind = ""] = entry.isDirectory() ? ["directory"] : entry.name.split("-");
    if (about !== undefined) found[kind] = (about.mode & 0o777).toString(8);
  }
  return found;
}

describe("with a umask that hides nothing", () => {
  let umask: number;
  beforeEach(() => {
    umask = process.umask(0);
  });
  afterEach(() => void process.umask(umask));

  it("files are their owner's alone, adopted and released ones too, and so are directories made for them", async () => {
    const base = dirname(dirname(dirname(path)));
    const expected = { directory: "700", "flags.json": "600", "flags.json.outbox": "600" };
    const first = open();
    await first.init();
    first.setOffline(true);
    first.track(event("a"));
    await until(async () => Object.keys(await modes(base)).length === 3);
    expect(await modes(base)).toEqual(expected);
    await first.close();
    expect(await modes(base)).toEqual(expected);

    const second = open();
    await second.init();
    await until(() => second.getEventStats().accepted === 1);
    expect(await modes(base)).toEqual(expected);
    await second.flushEvents();
    await second.close();
    expect(names(server)).toEqual([["a"]]);
    expect(await modes(base)).toEqual({ directory: "700", "flags.json": "600" });
  });

  it("temporary files and locks are, too, from their first moment on", async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const seen = new Set<string>();
    const client = open();
    await client.init();
    for (let i = 0; i < 20; i++) {
      client.track(event(`e${i}`));
      server.flags = { beta: i % 2 === 0, [`flag-${i}`]: true };
      await client.refresh();
    }
    let closed = false;
    void client.close().then(() => {
      closed = true;
    });
    while (!closed) {
      for (const name of await readdir(dirname(path))) {
        const mode = await stat(join(dirname(path), name)).then(
          (about) => (about.mode & 0o777).toString(8),
          () => "gone",
        );
        seen.add(mode);
      }
    }
    seen.delete("gone");
    expect([...seen]).toEqual(["600"]);
  });
});

describe("what may lie at persistPath", () => {
  const KINDS: readonly (readonly [string, (path: string) => unknown])[] = [
    ["a directory", (at) => mkdir(at)],
    ["a pipe that nobody writes to", (at) => execFileSync("mkfifo", [at])],
    ["a link to an endless device", (at) => symlink("/dev/zero", at)],
    ["a link to itself", (at) => symlink(at, at)],
    [
      "a file of a gigabyte",
      async (at) => {
        await writeFile(at, "");
        await truncate(at, 1_000_000_000);
      },
    ],
  ];

  it.each(KINDS)(
    "%s is left as it is: flags come from the server, and one error tells",
    async (_, make) => {
      await mkdir(dirname(path), { recursive: true });
      await make(path);
      const before = await readdir(dirname(path));
      const memory = process.memoryUsage().rss;
      const client = openPatient();
      const log = recordEvents(client, "error");
      await client.init({ id: "ann" });
      expect(client.isEnabled("beta")).toBe(true);
      await client.identify({ id: "bob" });
      await client.close();
      expect(log.of("error").map(({ code }) => code)).toEqual(["STORAGE_FAILED"]);
      expect(await readdir(dirname(path))).toEqual(before);
      expect(process.memoryUsage().rss - memory).toBeLessThan(200_000_000);
    },
  );

  const TEXTS: readonly (readonly [string, string | Uint8Array])[] = [
    ["bytes that are no text", Uint8Array.from({ length: 5_000 }, (_, i) => (i * 7) % 256)],
    ["JSON 100 000 levels deep", `{"v":1,"entries":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["deep entries", `{"v":1,"entries":{"a":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}}`],
    ["names of an object's members", '{"__proto__":{"v":1},"constructor":1}'],
    ["megabytes of blanks", " ".repeat(5_000_000)],
  ];

  it.each(TEXTS)("a file with %s counts as empty, and is replaced", async (_, text) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    const client = openPatient();
    await client.init();
    expect(client.isEnabled("beta")).toBe(true);
    await client.close();
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ v: 1 });
    expect(({} as { v?: unknown }).v).toBeUndefined();
    server.answer("flags", { status: 503 });
    const next = openPatient();
    await next.init();
    expect(next.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
  });

  it("a link to a file of someone else's is read, and replaced, never written through", async () => {
    const target = join(tmpdir(), `rollgate-target-${process.pid}`);
    await mkdir(dirname(path), { recursive: true });
    const text = '{"v":1,"entries":{}}';
    await writeFile(target, text, { flag: "wx" });
    await symlink(target, path);
    const client = openPatient();
    await client.init();
    await client.close();
    expect(await readFile(target, "utf8")).toBe(text);
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ v: 1 });
    await rm(target);
  });
});
