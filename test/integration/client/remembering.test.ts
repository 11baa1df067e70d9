import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FlagStorage, RateLimitError, type RollgateConfig } from "../../../src";
import { API_KEY, createClient } from "../../support/client";
import { nextEvent, recordEvents, until, untilState } from "../../support/events";
import {
  createGate,
  type RollgateServer,
  startRollgateServer,
} from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage, persist, rejection, temporaryDirectory } from "./support";

async function pathOf(name = "flags.json"): Promise<string> {
  return join(await temporaryDirectory(), name);
}

/** Files of a test's own; the clock stands, so that a busy disk does not count as one that hangs. */
async function file() {
  const persistPath = await pathOf();
  return { path: persistPath, config: { clock: createVirtualClock(), cache: { persistPath } } };
}

/** What a new client finds for a user while the server is down. */
async function found(server: RollgateServer, config: Partial<RollgateConfig>, id?: string) {
  await server.refuse();
  const client = createClient(server, config);
  const events = recordEvents(client, "error");
  await client.init(id === undefined ? undefined : { id }).catch(() => {});
  await server.accept();
  return { client, flags: { ...client.getAllFlags() }, events };
}

describe("a persisted file", () => {
  it("gives a restarted client its flags while the server is down", async () => {
    const server = await startRollgateServer({ beta: true });
    const { config } = await file();
    await persist(server, config, { id: "u1" });
    const { client, flags } = await found(server, config, "u1");
    expect(flags).toEqual({ beta: true });
    expect(client.isEnabledDetail("beta")).toMatchObject({ source: "cache", stale: true });
  });

  it("gives reasons and typed values back", async () => {
    const server = await startRollgateServer({
      banner: {
        key: "banner",
        type: "string",
        value: "Hi",
        enabled: true,
        variationId: "v1",
        reason: { kind: "RULE_MATCH", ruleId: "r1", ruleIndex: 1, inRollout: true },
      },
    });
    const config = { ...(await file()).config, typedFlags: true };
    await persist(server, config);
    const { client } = await found(server, config);
    expect(client.getStringDetail("banner", "")).toMatchObject({
      value: "Hi",
      variationId: "v1",
      reason: { kind: "RULE_MATCH", ruleId: "r1", ruleIndex: 1, inRollout: true },
      source: "cache",
    });
  });

  it("brings its own ETag, so that a 304 is an answer", async () => {
    const server = await startRollgateServer();
    server.answerOnce("flags", { flags: { beta: true }, etag: '"1"' });
    const { config } = await file();
    await persist(server, config);
    server.answer("flags", { status: 304 });
    const client = createClient(server, config);
    const events = recordEvents(client, "error");
    await client.init();
    const request = await server.request("flags", 2);
    expect(request.headers["if-none-match"]).toBe('"1"');
    await client.refresh();
    expect(client.isEnabled("beta")).toBe(true);
    expect(events.names).toEqual([]);
  });

  it("of the same user with other attributes is stale and its ETag is not sent", async () => {
    const server = await startRollgateServer();
    server.answerOnce("flags", { flags: { beta: true }, etag: '"1"' });
    const { config } = await file();
    await persist(server, config, { id: "u1", attributes: { plan: "free" } });
    const gate = createGate();
    server.answerOnce("flags", { gate });
    const client = createClient(server, config);
    const initialized = client.init({ id: "u1", attributes: { plan: "pro" } });
    const request = await server.request("flags", 2);
    expect(request.headers["if-none-match"]).toBeUndefined();
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: true });
    expect(client.getState().client).toBe("initializing.stale");
    gate.open();
    await initialized;
  });

  it("is nobody's but that user's", async () => {
    const server = await startRollgateServer({ beta: true });
    const { config } = await file();
    await persist(server, config, { id: "u1" });
    expect((await found(server, config, "u2")).flags).toEqual({});
    expect((await found(server, config)).flags).toEqual({});
    expect((await found(server, config, "u1")).flags).toEqual({ beta: true });
  });

  it("serves no client with another key, address or kind of flags", async () => {
    const server = await startRollgateServer({ beta: true });
    const { config } = await file();
    await persist(server, config);
    expect((await found(server, { ...config, apiKey: "other-key" })).flags).toEqual({});
    expect((await found(server, { ...config, typedFlags: true })).flags).toEqual({});
    expect((await found(server, { ...config, baseUrl: `${server.url}/other` })).flags).toEqual({});
  });

  it("is written with mode 0600, and nothing else is left behind", async () => {
    const server = await startRollgateServer({ beta: true });
    const { path, config } = await file();
    await persist(server, config);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(path, ".."))).toEqual(["flags.json"]);
  });

  it("holds no id, e-mail, attribute, key or address", async () => {
    const server = await startRollgateServer({ beta: true });
    const { path, config } = await file();
    const user = { id: "secret-id", email: "secret@b.c", attributes: { plan: "secret-plan" } };
    await persist(server, config, user);
    const text = await readFile(path, "utf8");
    expect(text).toContain("beta");
    expect(text).not.toMatch(/secret/);
    expect(text).not.toContain(API_KEY);
    expect(text).not.toContain(server.url);
  });

  it("is written once for many changes, a moment after them", async () => {
    const server = await startRollgateServer({ beta: true });
    const clock = createVirtualClock();
    const writes: string[] = [];
    const storage: FlagStorage = {
      get: () => undefined,
      set: (_, value) => void writes.push(value),
      delete: () => {},
    };
    const client = createClient(server, { clock, cache: { storage } });
    await client.init();
    for (let n = 0; n < 3; n++) {
      server.flags = { beta: n % 2 === 0, [`f${n}`]: true };
      await client.refresh();
      clock.advance(100);
    }
    expect(writes).toHaveLength(0);
    clock.advance(700);
    await until(() => writes.length > 0);
    expect(writes).toHaveLength(1);
    expect(writes[0]).toContain("f2");
    await client.close();
    expect(writes).toHaveLength(1);
  });

  it("is as young as the stream that vouched for it until close", async () => {
    const server = await startRollgateServer({ beta: true });
    const { config } = await file();
    const client = createClient(server, {
      ...config,
      enableStreaming: true,
      stream: { idleTimeoutMs: 3_600_000 },
    });
    await client.init();
    await untilState(client, ({ connection }) => connection === "streaming.open");
    config.clock.advance(250);
    await server.request("flags", 2);
    await untilState(client, ({ refresh }) => refresh.startsWith("idle"));
    const written = () => client.getTransitions().filter(({ actor }) => actor === "cache");
    config.clock.advance(2_000);
    await until(() => written().at(-1)?.to === "clean");
    // Time passes, and the stream is silent: nothing has changed.
    config.clock.advance(720_000);
    await client.close();
    const restarted = await found(server, config);
    expect(restarted.client.getState().freshness).toBe("unconfirmed");
    expect(restarted.client.isEnabledDetail("beta")).toMatchObject({
      value: true,
      updatedAt: config.clock.now(),
    });
  });

  it("remembers a Retry-After across restarts", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { status: 429, headers: { "Retry-After": "600" } });
    const { config } = await file();
    const first = createClient(server, config);
    await rejection(first.init());
    await first.close();
    const second = createClient(server, config);
    const error = await rejection(second.init());
    expect(error).toBeInstanceOf(RateLimitError);
    expect((error as RateLimitError).retryAfter).toBeGreaterThan(500);
    expect(second.getState().hold).toBe("held");
    expect(server.count("flags")).toBe(1);
  });

  it("of several users is found for each", async () => {
    const server = await startRollgateServer();
    server.answer("flags", ({ query }) => ({ flags: { [query.get("user_id") ?? ""]: true } }));
    const { config } = await file();
    const client = createClient(server, config);
    await client.init({ id: "u1" });
    await client.identify({ id: "u2" });
    await client.close();
    expect((await found(server, config, "u1")).flags).toEqual({ u1: true });
    expect((await found(server, config, "u2")).flags).toEqual({ u2: true });
  });
});

describe("a file that is of no use", () => {
  const CONTENTS: [string, (text: string) => string][] = [
    ["corrupt", () => "\u0000not json"],
    ["empty", () => ""],
    ["truncated", (text) => text.slice(0, text.length / 2)],
    ["foreign", () => '{"name":"something else"}'],
    ["newer", (text) => text.replace('"v":1', '"v":99')],
  ];

  it.each(CONTENTS)("(%s) is a miss, reported once", async (_, change) => {
    const server = await startRollgateServer({ beta: true });
    const { path, config } = await file();
    await persist(server, config);
    await writeFile(path, change(await readFile(path, "utf8")));
    const client = createClient(server, config);
    const events = recordEvents(client, "error");
    await client.init();
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "network" });
    expect(client.getCacheStats()).toMatchObject({ hits: 0, staleHits: 0, misses: 1 });
    await client.identify({ id: "u2" });
    await client.close();
    expect(events.of("error").map(({ category }) => category)).toEqual(["storage"]);
  });

  it.each([
    ["corrupt", () => "not json"],
    ["truncated", (text: string) => text.slice(0, text.length / 2)],
    ["foreign", () => '{"name":"something else"}'],
    ["newer", (text: string) => text.replace('"rollgate":1', '"rollgate":99')],
    ["of another shape", () => '{"rollgate":1,"flags":7}'],
  ])("(one entry of a storage, %s) is a miss, reported once", async (_, change) => {
    const server = await startRollgateServer({ beta: true });
    const storage = createMapStorage();
    await persist(server, { cache: { storage } });
    for (const [key, text] of storage.entries) storage.entries.set(key, change(text));
    const client = createClient(server, { cache: { storage } });
    const events = recordEvents(client, "error");
    const gate = createGate();
    server.answerOnce("flags", { gate });
    const initialized = client.init();
    await server.request("flags", 2);
    expect(client.isReady).toBe(false);
    gate.open();
    await initialized;
    await client.close();
    expect(events.of("error").map(({ code }) => code)).toEqual(["CACHE_ENTRY_IGNORED"]);
  });
});

describe("a storage that fails", () => {
  const throwing = (): never => {
    throw new Error("disk on fire");
  };
  const full = async (): Promise<never> => {
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  };
  const STORAGES: [string, FlagStorage][] = [
    ["throws", { get: throwing, set: throwing, delete: throwing, keys: throwing }],
    ["rejects", { get: full, set: full, delete: full, keys: full }],
    ["is full", { get: () => undefined, set: full, delete: () => {} }],
    ["gives something unusable", { get: () => 7 as never, set: () => {}, delete: () => {} }],
  ];

  it.each(STORAGES)("(%s) degrades to memory", async (_, storage) => {
    const server = await startRollgateServer();
    server.answer("flags", ({ query }) => ({ flags: { [query.get("user_id") ?? ""]: true } }));
    const client = createClient(server, { cache: { storage } });
    const events = recordEvents(client, "error");
    await client.init({ id: "u1" });
    await client.identify({ id: "u2" });
    server.answer("flags", { status: 503 });
    await client.identify({ id: "u1" });
    expect({ ...client.getAllFlags() }).toEqual({ u1: true });
    await client.close();
    const reported = events.of("error").filter(({ category }) => category === "storage");
    expect(new Set(reported.map(({ code }) => code))).toEqual(new Set(["STORAGE_FAILED"]));
    expect(new Set(reported.map(({ message }) => message)).size).toBe(reported.length);
  });

  it("(it hangs) is waited for no longer than 100 ms", async () => {
    const server = await startRollgateServer({ beta: true });
    const clock = createVirtualClock();
    const hang = () => new Promise<never>(() => {});
    const client = createClient(server, {
      clock,
      cache: { storage: { get: hang, set: hang, delete: hang, keys: hang } },
    });
    const failed = nextEvent(client, "error");
    const initialized = client.init();
    await clock.timer(100);
    expect(server.requests()).toEqual([]);
    clock.advance(100);
    expect(await failed).toMatchObject({ code: "STORAGE_FAILED" });
    await initialized;
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("(its place is no file) degrades to memory", async () => {
    const server = await startRollgateServer({ beta: true });
    const { path, config } = await file();
    await mkdir(path);
    const client = createClient(server, config);
    const events = recordEvents(client, "error");
    await client.init();
    expect(client.isEnabled("beta")).toBe(true);
    await client.close();
    expect(events.names).toContain("error");
    expect(new Set(events.of("error").map(({ code }) => code))).toEqual(
      new Set(["STORAGE_FAILED"]),
    );
  });

  it("does not put the API key into its report", async () => {
    const server = await startRollgateServer({ beta: true });
    const leak = (): never => {
      throw new Error(`no access with ${API_KEY}`);
    };
    const client = createClient(server, {
      cache: { storage: { get: leak, set: leak, delete: leak } },
    });
    const events = recordEvents(client, "error");
    await client.init();
    expect(events.of("error").length).toBeGreaterThan(0);
    expect(JSON.stringify(events.of("error").map(({ message }) => message))).not.toContain(API_KEY);
  });
});

describe("clearCache", () => {
  it("empties storage for all users of the namespace, not the flags in hand", async () => {
    const server = await startRollgateServer({ beta: true });
    const storage = createMapStorage();
    const foreign = createClient(server, { apiKey: "other-key", cache: { storage } });
    await foreign.init({ id: "u1" });
    await foreign.close();
    const others = [...storage.entries.keys()];
    for (const id of ["u1", "u2"]) await persist(server, { cache: { storage } }, { id });
    expect(storage.entries.size).toBe(3);
    const client = createClient(server, { cache: { storage } });
    await client.init({ id: "u3" });
    await client.clearCache();
    expect([...storage.entries.keys()]).toEqual(others);
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("empties the memory, too", async () => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server);
    await client.init({ id: "u1" });
    await client.identify({ id: "u2" });
    await until(() => client.getCacheStats().size === 2);
    await client.clearCache();
    expect(client.getCacheStats().size).toBe(0);
    server.answer("flags", { status: 503 });
    expect(await rejection(client.identify({ id: "u1" }))).toMatchObject({ statusCode: 503 });
  });

  it("empties a real file", async () => {
    const server = await startRollgateServer({ beta: true });
    const { path, config } = await file();
    await persist(server, config, { id: "u1" });
    const client = createClient(server, config);
    await client.init({ id: "u2" });
    await client.clearCache();
    expect(await readFile(path, "utf8")).not.toContain("beta");
  });
});

describe("memory", () => {
  it("remembers the last 32 users, no more", async () => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server);
    await client.init({ id: "u0" });
    for (let n = 1; n <= 32; n++) await client.identify({ id: `u${n}` });
    await until(() => client.getCacheStats().size === 32);
    server.answer("flags", { status: 503 });
    await client.identify({ id: "u1" });
    expect(client.isEnabledDetail("beta").source).toBe("cache");
    expect(await rejection(client.identify({ id: "u0" }))).toMatchObject({ statusCode: 503 });
  });

  it("keeps its flags apart from what the app got", async () => {
    const server = await startRollgateServer({
      theme: { key: "theme", type: "json", value: { mode: "dark" }, enabled: true },
    });
    const client = createClient(server, { typedFlags: true });
    await client.init();
    const theme = client.getJson<{ mode: string }>("theme", { mode: "" }) as { mode: string };
    expect(() => {
      theme.mode = "light";
    }).toThrow(TypeError);
    expect(client.getJson("theme", {})).toEqual({ mode: "dark" });
  });
});
