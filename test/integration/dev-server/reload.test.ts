import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { watchFlagsFile } from "../../../src/dev-server/flags-file/watch";
import { flagsOf, once, serve, stream } from "./kit";

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "rollgate-reload-"));
  path = join(directory, "flags.json");
});
afterEach(() => rm(directory, { recursive: true }));

const fileWith = (enabled: boolean) => `{
  // A comment.
  "flags": { "x": { "enabled": ${enabled} }, "y": { "enabled": true } },
}`;

describe("a saved flags file", () => {
  it("takes force at once and tells the streams", async () => {
    await writeFile(path, fileWith(false));
    const server = await serve(path);
    const reader = await stream(server);
    expect(await reader.next()).toEqual(["init", { flags: { x: false, y: true } }]);
    await writeFile(path, fileWith(true));
    expect(await reader.next()).toEqual(["flag-changed", { key: "x", enabled: true }]);
    expect(await flagsOf(server)).toEqual({ x: true, y: true });
  });

  it("is seen when an editor puts a new file in its place, again and again", async () => {
    await writeFile(path, fileWith(false));
    const server = await serve(path);
    for (const enabled of [true, false, true]) {
      const changed = once(server, "flags_changed");
      const draft = join(directory, ".flags.json.swp");
      await writeFile(draft, fileWith(enabled));
      await rename(draft, path);
      expect(await changed).toEqual(["x"]);
      expect((await flagsOf(server))["x"]).toBe(enabled);
    }
  });

  it("with a mistake is reported with its place, and the last good flags stay", async () => {
    await writeFile(path, fileWith(true));
    const lines: string[] = [];
    const server = await serve(path, { log: (line) => lines.push(line) });
    const refused = once(server, "flags_refused");
    await writeFile(path, fileWith(true).replace('"y": { "enabled": true', '"y": { "enabled": 1'));
    const error = await refused;
    expect(error.message).toBe(`${path}:3:58: flags.y.enabled must be true or false, not 1.`);
    expect(error.problems).toEqual([
      { path: "flags.y.enabled", message: "must be true or false, not 1", line: 3, column: 58 },
    ]);
    expect(lines[0]).toContain(error.message);
    expect(await flagsOf(server)).toEqual({ x: true, y: true });

    const changed = once(server, "flags_changed");
    await writeFile(path, fileWith(false));
    expect(await changed).toEqual(["x"]);
  });

  it("that is gone is reported, and seen when it comes back", async () => {
    await writeFile(path, fileWith(true));
    const server = await serve(path);
    const refused = once(server, "flags_refused");
    await rm(path);
    expect((await refused).message).toContain("the file does not exist");
    expect((await flagsOf(server))["x"]).toBe(true);
    const back = once(server, "flags_changed");
    await writeFile(path, fileWith(true));
    expect(await back).toEqual([]);
  });

  it("is news only when it holds something new", async () => {
    await writeFile(path, fileWith(true));
    const server = await serve(path);
    const news: unknown[] = [];
    server.on("flags_changed", (keys) => news.push(keys));
    await writeFile(path, fileWith(true));

    // Another server that was started later has seen its file by now.
    const other = join(directory, "other.json");
    await writeFile(other, fileWith(true));
    const later = await serve(other);
    const seen = once(later, "flags_changed");
    await writeFile(other, fileWith(false));
    await seen;
    const changed = once(server, "flags_changed");
    await writeFile(path, fileWith(false));
    await changed;
    expect(news).toEqual([["x"]]);
  });

  it("is not missed when it comes between reading and watching", async () => {
    await writeFile(path, fileWith(true));
    const changed = new Promise((resolve, reject) => {
      const watch = watchFlagsFile(path, fileWith(false), {
        changed: (text) => {
          watch.end();
          resolve(text);
        },
        failed: reject,
      });
    });
    expect(await changed).toBe(fileWith(true));
  });

  it("replaces what was set in memory", async () => {
    await writeFile(path, fileWith(true));
    const server = await serve(path);
    server.updateFlag("y", { enabled: false });
    expect(await flagsOf(server)).toEqual({ x: true, y: false });
    const changed = once(server, "flags_changed");
    await writeFile(path, fileWith(false));
    expect(await changed).toEqual(["x", "y"]);
  });

  it("is not looked at when told so", async () => {
    await writeFile(path, fileWith(true));
    const still = await serve(path, { watch: false });
    const watching = await serve(path);
    const changed = once(watching, "flags_changed");
    await writeFile(path, fileWith(false));
    await changed;
    expect((await flagsOf(still))["x"]).toBe(true);
  });
});
