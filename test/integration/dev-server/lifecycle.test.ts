import { once as onceEmitted } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { type DevServer, type FlagsFile, startDevServer } from "../../../src/dev-server";
import { call, flagsOf, post, serve, stream } from "./kit";

const flags: FlagsFile = { flags: { x: { enabled: true } } };
const start = (options: object) => startDevServer({ flags, ...options });

describe("startDevServer", () => {
  it("listens on a free port of the loopback address", async () => {
    const server = await serve(flags.flags);
    expect(server.port).toBeGreaterThan(0);
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  });

  it("takes another address, also of IPv6", async () => {
    for (const [host, name] of [
      ["localhost", "localhost"],
      ["0.0.0.0", "localhost"],
      ["::1", "[::1]"],
    ] as const) {
      const server = await serve(flags.flags, { host });
      expect(server.url).toBe(`http://${name}:${server.port}`);
      expect(await flagsOf(server)).toEqual({ x: true });
    }
  });

  it("says when the port is taken", async () => {
    const { port } = await serve(flags.flags);
    await expect(start({ port })).rejects.toMatchObject({
      code: "PORT_IN_USE",
      message: `Port ${port} of 127.0.0.1 is in use: choose another port, or stop the program that has it.`,
    });
  });

  it("says when the address cannot be had", async () => {
    await expect(start({ host: "203.0.113.1" })).rejects.toMatchObject({ code: "LISTEN_FAILED" });
  });

  it.each([
    [{ port: -1 }, "port"],
    [{ port: 1.5 }, "port"],
    [{ port: 70_000 }, "port"],
    [{ port: "80" }, "port"],
    [{ apiKey: "" }, "apiKey"],
    [{ heartbeatMs: Number.NaN }, "heartbeatMs"],
    [{ streamAuth: "cookie" }, "streamAuth"],
    [{ log: "console" }, "log"],
    [{ localEvaluation: "yes" }, "localEvaluation"],
    [{ flags: 3 }, "flags"],
    [{ flag: {} }, "flag"],
  ])("refuses %j", async (options, path) => {
    await expect(start(options)).rejects.toMatchObject({ name: "ConfigurationError", path });
  });

  it("refuses wrong and missing flags with what to do", async () => {
    await expect(start({ flags: { flags: { x: {} } } })).rejects.toMatchObject({
      name: "FlagsFileError",
      message: "flags.x.enabled is missing.",
    });
    const missing = join(import.meta.dirname, "nothing.json");
    await expect(start({ flags: missing })).rejects.toMatchObject({
      name: "FlagsFileError",
      message: `${missing}: the file does not exist: create it with \`npx rollgate dev --init\`, or name another file.`,
    });
  });

  it("prints nothing, whatever happens", async () => {
    const writes = [
      vi.spyOn(process.stdout, "write").mockReturnValue(true),
      vi.spyOn(process.stderr, "write").mockReturnValue(true),
    ];
    const server = await serve(flags.flags);
    await call(server, "flags");
    await post(server, "events", "{");
    server.setFlags({ flags: {} });
    await server.close();
    const printed = writes.flatMap((write) => write.mock.calls);
    for (const write of writes) write.mockRestore();
    expect(printed).toEqual([]);
  });

  it("logs a plain line for each request and change", async () => {
    const lines: string[] = [];
    const server = await serve(flags.flags, { log: (line) => lines.push(line) });
    await call(server, "flags?user_id=ann");
    server.updateFlag("x", { rollout: 5, rules: [regexRule("a(?!b)")] });
    expect(lines).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}GET .* \/api\/v1\/sdk\/flags .* ann .* 200 .* ms$/),
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}flags {2}changed: x$/),
      expect.stringMatching(/ {2}flags {2}x: .*rules\[0\]\.conditions\[0\]/),
    ]);
  });
});

describe("flags set in memory", () => {
  it("are a copy, frozen, and checked as a whole", async () => {
    const server = await serve({});
    const mine = { flags: { x: { enabled: true } } };
    server.setFlags(mine);
    mine.flags.x.enabled = false;
    expect(await flagsOf(server)).toEqual({ x: true });
    expect(server.flags).toEqual(flags);
    expect(Object.isFrozen(server.flags.flags["x"])).toBe(true);

    expect(() => server.updateFlag("x", { rollout: 101 })).toThrow(
      "flags.x.rollout must be a number from 0 to 100, not 101.",
    );
    expect(() => server.updateFlag("y", { rollout: 1 })).toThrow("flags.y.enabled is missing.");
    expect(server.flags).toEqual(flags);
  });

  it("keep the fields that a patch does not name, and the other flags", async () => {
    const server = await serve({ a: { enabled: true, targetUsers: ["u"] }, b: { enabled: true } });
    server.updateFlag("a", { rollout: 0 });
    server.updateFlag("__proto__", { enabled: true });
    expect(server.flags.flags["a"]).toEqual({ enabled: true, targetUsers: ["u"], rollout: 0 });
    expect(Object.keys(server.flags.flags).sort()).toEqual(["__proto__", "a", "b"]);
  });

  it("survive a listener that throws", async () => {
    const lines: string[] = [];
    const server = await serve({}, { log: (line) => lines.push(line) });
    const heard: unknown[] = [];
    server.on("flags_changed", () => {
      throw new Error("mine");
    });
    const stop = server.on("flags_changed", (keys) => heard.push(keys));
    server.updateFlag("x", { enabled: true });
    stop();
    server.updateFlag("x", { enabled: false });
    expect(heard).toEqual([["x"]]);
    expect(lines).toContain("A listener failed: Error: mine");
  });
});

describe("close", () => {
  it("ends every connection: streams, idle ones, silent ones", async () => {
    const server = await serve(flags.flags);
    const reader = await stream(server);
    await reader.next();
    await flagsOf(server);
    const silent = connect(server.port, "127.0.0.1");
    await onceEmitted(silent, "connect");
    const ended = onceEmitted(silent, "close");
    silent.on("error", () => {});
    silent.resume();

    const closing = server.close();
    expect(server.close()).toBe(closing);
    await closing;
    await ended;
    await expect(reader.next()).rejects.toThrow("terminated");
    expect(server.connectedStreams).toBe(0);
    await expect(call(server, "flags")).rejects.toThrow("fetch failed");
  });

  it("is what `await using` does", async () => {
    let escaped: DevServer;
    {
      await using server = await start({});
      escaped = server;
      expect(await flagsOf(server)).toEqual({ x: true });
    }
    await expect(call(escaped, "flags")).rejects.toThrow("fetch failed");
  });
});

function regexRule(value: string) {
  return { conditions: [{ attribute: "id", operator: "regex", value }] };
}
