import { describe, expect, it, vi } from "vitest";
import {
  AuthenticationError,
  ConfigurationError,
  InvalidResponseError,
  NetworkError,
  NotFoundError,
  RateLimitError,
  RollgateClient,
  ServerError,
  TimeoutError,
  ValidationError,
} from "../../../src";
import { API_KEY, createClient } from "../../support/client";
import { nextEvent, recordEvents } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage, persist, rejection } from "./support";

describe("init", () => {
  it("resolves with the first flags in hand", async () => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server);
    expect(client.isReady).toBe(false);
    await client.init();
    expect(client.isReady).toBe(true);
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("emits `ready` once, when the first flags are in hand", async () => {
    const server = await startRollgateServer({ beta: true });
    const gate = createGate();
    server.answerOnce("flags", { gate });
    const client = createClient(server);
    const events = recordEvents(client, "ready");
    const initialized = client.init();
    await server.request("flags", 1);
    expect([client.isReady, events.names]).toEqual([false, []]);
    gate.open();
    await initialized;
    await client.refresh();
    await client.identify({ id: "u2" });
    expect(events.names).toEqual(["ready"]);
  });

  it("takes an empty set of flags for flags", async () => {
    const server = await startRollgateServer({});
    const client = createClient(server);
    await client.init();
    expect(client.isReady).toBe(true);
    expect(client.isEnabledDetail("any").reason).toEqual({ kind: "UNKNOWN" });
  });

  it("gives further calls the same promise", async () => {
    const server = await startRollgateServer();
    const client = createClient(server);
    const first = client.init();
    expect(client.init()).toBe(first);
    await first;
    expect(client.init()).toBe(first);
    expect(server.count("flags")).toBe(1);
  });

  it("tells the server who the user is before it asks for that user's flags", async () => {
    const server = await startRollgateServer();
    const gate = createGate();
    server.answerOnce("identify", { gate });
    const client = createClient(server);
    const initialized = client.init({ id: "u1", email: "a@b.c", attributes: { plan: "pro" } });
    const identify = await server.request("identify", 1);
    expect(identify.json()).toEqual({
      user: { id: "u1", email: "a@b.c", attributes: { plan: "pro" } },
    });
    expect(server.count("flags")).toBe(0);
    gate.open();
    await initialized;
    expect((await server.request("flags", 1)).query.get("user_id")).toBe("u1");
  });

  it("posts no identify without a user", async () => {
    const server = await startRollgateServer();
    const client = createClient(server);
    await client.init();
    expect(server.requests().map(({ route }) => route)).toEqual(["flags"]);
    expect((await server.request("flags", 1)).query.has("user_id")).toBe(false);
  });

  it("goes on to the flags when identify fails, and reports that", async () => {
    const server = await startRollgateServer({ beta: true });
    server.answer("identify", { status: 500 });
    const client = createClient(server);
    const events = recordEvents(client, "error");
    await client.init({ id: "u1" });
    expect(client.isEnabled("beta")).toBe(true);
    expect(events.of("error").map((error) => error.constructor)).toEqual([ServerError]);
  });

  it("asks for reasons, with the key in the header and the package's name and version", async () => {
    const server = await startRollgateServer();
    await createClient(server).init();
    const { url, headers } = await server.request("flags", 1);
    expect(url).toBe("/api/v1/sdk/flags?withReasons=true");
    expect(headers["authorization"]).toBe(`Bearer ${API_KEY}`);
    expect(headers["x-sdk-name"]).toBe("rollgate-typescript");
    expect(headers["x-sdk-version"]).toMatch(/^\d+\.\d+\.\d+/);
  });

  it("tolerates a trailing slash in baseUrl", async () => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient({ url: `${server.url}/` });
    await client.init();
    expect((await server.request("flags", 1)).url).toMatch(/^\/api\//);
  });

  it.each([
    ["an AuthenticationError for 401", { status: 401 }, AuthenticationError, 401],
    ["an AuthenticationError for 403", { status: 403 }, AuthenticationError, 403],
    ["a ValidationError for 400", { status: 400 }, ValidationError, 400],
    ["a NotFoundError for 404", { status: 404 }, NotFoundError, 404],
    ["a RateLimitError for 429", { status: 429 }, RateLimitError, 429],
    ["a ServerError for 503", { status: 503 }, ServerError, 503],
    [
      "a NetworkError for a broken connection",
      { delivery: "reset" as const },
      NetworkError,
      undefined,
    ],
    ["an InvalidResponseError for HTML", { body: "<html>" }, InvalidResponseError, 200],
    ["an InvalidResponseError for no `flags`", { body: {} }, InvalidResponseError, undefined],
  ])("without flags rejects with %s", async (_, answer, type, status) => {
    const server = await startRollgateServer();
    server.answer("flags", answer);
    const client = createClient(server);
    const error = await rejection(client.init());
    expect(error).toBeInstanceOf(type);
    expect((error as ServerError).statusCode).toBe(status);
    expect(client.isReady).toBe(false);
  });

  it("rejects with a NetworkError when nobody listens", async () => {
    const server = await startRollgateServer();
    await server.refuse();
    expect(await rejection(createClient(server).init())).toBeInstanceOf(NetworkError);
  });

  it("rejects with the last error when retries do not help", async () => {
    const server = await startRollgateServer();
    server.answerOnce("flags", { status: 500 }, { status: 502 });
    const client = createClient(server, { retry: { maxRetries: 1, baseDelayMs: 1 } });
    const error = await rejection(client.init());
    expect((error as ServerError).statusCode).toBe(502);
  });

  it("rejects with a TimeoutError after initTimeoutMs, and the fetch goes on", async () => {
    const server = await startRollgateServer({ beta: true });
    const gate = createGate();
    server.answerOnce("flags", { gate });
    const clock = createVirtualClock();
    const client = createClient(server, { clock, initTimeoutMs: 1_000, timeoutMs: 5_000 });
    const initialized = rejection(client.init());
    await server.request("flags", 1);
    clock.advance(999);
    expect(client.getState().client).toBe("initializing.empty");
    clock.advance(1);
    const error = await initialized;
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as TimeoutError).code).toBe("INIT_TIMEOUT");
    const ready = nextEvent(client, "ready");
    gate.open();
    await ready;
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("rejects an invalid user with a ValidationError, without any request", async () => {
    const server = await startRollgateServer();
    const client = createClient(server);
    const events = recordEvents(client, "error");
    const error = await rejection(client.init({ id: "" }));
    expect(error).toBeInstanceOf(ValidationError);
    expect(events.of("error")).toEqual([error]);
    expect(server.requests()).toEqual([]);
    await client.init({ id: "u1" });
    expect(client.isReady).toBe(true);
  });

  it("is rejected when the client is closed meanwhile", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { gate: createGate() });
    const client = createClient(server);
    const initialized = rejection(client.init());
    await server.request("flags", 1);
    await client.close();
    expect(await initialized).toMatchObject({ code: "CLIENT_CLOSED" });
  });
});

describe("after a rejected init", () => {
  it("the client keeps trying and becomes ready by itself, at the next poll", async () => {
    const server = await startRollgateServer({ beta: true });
    server.answerOnce("flags", { status: 503 });
    const clock = createVirtualClock();
    const client = createClient(server, { clock, random: () => 0.5, refreshIntervalMs: 30_000 });
    await rejection(client.init());
    const ready = nextEvent(client, "ready");
    clock.advance(30_000);
    await ready;
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("the client heals without polling, after recoveryTimeoutMs", async () => {
    const server = await startRollgateServer({ beta: true });
    server.answerOnce("flags", { status: 503 });
    const clock = createVirtualClock();
    const client = createClient(server, {
      clock,
      circuitBreaker: { recoveryTimeoutMs: 7_000 },
    });
    await rejection(client.init());
    expect(client.getState().nextPollAt).toBe(clock.now() + 7_000);
    const ready = nextEvent(client, "ready");
    clock.advance(7_000);
    await ready;
    expect(server.count("flags")).toBe(2);
  });

  it("a new init waits anew", async () => {
    const server = await startRollgateServer({ beta: true });
    server.answerOnce("flags", { status: 503 });
    const client = createClient(server);
    const first = client.init();
    await rejection(first);
    const second = client.init();
    expect(second).not.toBe(first);
    await second;
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("a new init can name another user", async () => {
    const server = await startRollgateServer();
    server.answerOnce("flags", { status: 503 });
    server.answer("flags", ({ query }) => ({ flags: { [query.get("user_id") ?? ""]: true } }));
    const client = createClient(server);
    await rejection(client.init({ id: "u1" }));
    await client.init({ id: "u2" });
    expect(client.user).toEqual({ id: "u2" });
    expect({ ...client.getAllFlags() }).toEqual({ u2: true });
  });

  it("a new init, once the client became ready by itself, changes the user", async () => {
    const server = await startRollgateServer();
    server.answerOnce("flags", { status: 503 });
    server.answer("flags", ({ query }) => ({ flags: { [query.get("user_id") ?? ""]: true } }));
    const client = createClient(server);
    await rejection(client.init({ id: "u1" }));
    await client.refresh();
    expect({ ...client.getAllFlags() }).toEqual({ u1: true });
    await client.init({ id: "u2" });
    expect({ ...client.getAllFlags() }).toEqual({ u2: true });
  });

  it("a forgotten init shows as `error`, not as an unhandled rejection", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { status: 503 });
    const client = createClient(server);
    const failed = nextEvent(client, "error");
    void client.init();
    expect(await failed).toBeInstanceOf(ServerError);
  });
});

describe("bootstrap", () => {
  it("is served before init, and init resolves at once and refreshes in the background", async () => {
    const server = await startRollgateServer({ beta: false });
    const gate = createGate();
    server.answerOnce("flags", { gate });
    const client = createClient(server, { bootstrap: { flags: { beta: true } } });
    const events = recordEvents(client, "ready", "flag_changed");
    expect([client.isReady, client.isEnabled("beta")]).toEqual([true, true]);
    await client.init();
    expect(events.names).toEqual(["ready"]);
    expect(client.isEnabledDetail("beta").source).toBe("bootstrap");
    await server.request("flags", 1);
    const changed = nextEvent(client, "flag_changed");
    gate.open();
    expect(await changed).toEqual({ key: "beta", value: false, previous: true });
    expect(client.isEnabledDetail("beta").source).toBe("network");
  });

  it("carries reasons, and typed values", async () => {
    const server = await startRollgateServer();
    const reason = { kind: "RULE_MATCH", ruleId: "r1", ruleIndex: 0, inRollout: true } as const;
    const client = createClient(server, {
      bootstrap: { flags: { beta: true, banner: "Hello" }, reasons: { beta: reason } },
    });
    expect(client.isEnabledDetail("beta").reason).toEqual(reason);
    expect(client.getString("banner", "")).toBe("Hello");
  });

  it("serves on while the server fails", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { status: 503 });
    const client = createClient(server, { bootstrap: { flags: { beta: true } } });
    const failed = nextEvent(client, "error");
    await client.init();
    expect(await failed).toBeInstanceOf(ServerError);
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("asks with the user given to init", async () => {
    const server = await startRollgateServer();
    const client = createClient(server, { bootstrap: { flags: { beta: true } } });
    await client.init({ id: "u1" });
    expect((await server.request("flags", 1)).query.get("user_id")).toBe("u1");
    expect(client.isEnabled("beta")).toBe(true);
  });
});

describe("with persisted flags", () => {
  const FRESH_MS = 60_000;
  const TOLD = ["flag_changed", "flags_updated", "flags_stale", "ready", "error"] as const;

  async function remembered(age: number, retry = { maxRetries: 0 }) {
    const server = await startRollgateServer({ beta: true });
    const clock = createVirtualClock();
    const cache = { storage: createMapStorage(), ttlMs: FRESH_MS, staleTtlMs: 3 * FRESH_MS };
    await persist(server, { clock, cache });
    clock.advance(age);
    server.flags = { beta: false };
    const gate = createGate();
    server.answerOnce("flags", { gate });
    const client = createClient(server, { clock, cache, retry, initTimeoutMs: 2_000 });
    return { server, clock, gate, client, events: recordEvents(client, ...TOLD) };
  }

  it("younger than ttlMs, init resolves at once and refreshes in the background", async () => {
    const { server, gate, client, events } = await remembered(FRESH_MS - 1);
    await client.init();
    expect(client.isEnabledDetail("beta")).toMatchObject({
      value: true,
      source: "cache",
      stale: true,
    });
    expect(events.names).toEqual(["flag_changed", "flags_updated", "ready"]);
    await server.request("flags", 2);
    const changed = nextEvent(client, "flag_changed");
    gate.open();
    expect(await changed).toEqual({ key: "beta", value: false, previous: true });
    expect(client.isEnabledDetail("beta", true)).toMatchObject({
      value: false,
      source: "network",
      stale: false,
    });
  });

  it("older than ttlMs, init resolves at the first answer", async () => {
    const { server, gate, client, events } = await remembered(FRESH_MS);
    let resolved = false;
    const initialized = client.init().then(() => {
      resolved = true;
    });
    await server.request("flags", 2);
    expect(client.isEnabledDetail("beta")).toMatchObject({
      value: true,
      source: "cache",
      stale: true,
    });
    expect([client.isReady, resolved]).toEqual([true, false]);
    expect(events.of("flags_stale")).toHaveLength(1);
    gate.open();
    await initialized;
    expect(client.isEnabledDetail("beta")).toMatchObject({
      value: false,
      source: "network",
      stale: false,
    });
  });

  it("older than ttlMs, init resolves at the first failure", async () => {
    const { server, client, events } = await remembered(FRESH_MS);
    server.restore("flags");
    server.answer("flags", { status: 503 });
    await client.init();
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: true });
    expect(events.of("error").map((error) => error.statusCode)).toEqual([503]);
  });

  it("older than ttlMs, init resolves at the first failed attempt, the retries going on", async () => {
    const { server, clock, client, events } = await remembered(FRESH_MS, { maxRetries: 3 });
    server.restore("flags");
    server.answerOnce("flags", { status: 503 });
    await client.init();
    expect(events.of("error").map((error) => error.statusCode)).toEqual([503]);
    expect(client.getState().refresh).toBe("retryWait");
    const changed = nextEvent(client, "flag_changed");
    clock.advance(1_000);
    expect(await changed).toEqual({ key: "beta", value: false, previous: true });
  });

  it("older than ttlMs, init resolves after initTimeoutMs", async () => {
    const { server, clock, client } = await remembered(FRESH_MS);
    const initialized = client.init();
    await server.request("flags", 2);
    clock.advance(2_000);
    await initialized;
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: true });
  });

  it("older than staleTtlMs, they are used only after the first fetch failed", async () => {
    const { server, client } = await remembered(3 * FRESH_MS);
    const gate = createGate();
    server.restore("flags");
    server.answer("flags", { status: 503, gate });
    const initialized = client.init();
    await server.request("flags", 2);
    expect(client.isReady).toBe(false);
    expect(client.isEnabledDetail("beta").reason).toEqual({
      kind: "ERROR",
      errorKind: "CLIENT_NOT_READY",
    });
    gate.open();
    await initialized;
    expect(client.isEnabledDetail("beta")).toMatchObject({
      value: true,
      source: "cache",
      stale: true,
    });
    expect(client.getState().freshness).toBe("stale");
  });

  it("older than staleTtlMs, they are used when the server is silent for initTimeoutMs", async () => {
    const { server, clock, client } = await remembered(3 * FRESH_MS);
    const initialized = client.init();
    await server.request("flags", 2);
    clock.advance(2_000);
    await initialized;
    expect(client.isEnabledDetail("beta")).toMatchObject({
      value: true,
      source: "cache",
      stale: true,
    });
  });

  it("older than staleTtlMs, they are not used when the first fetch succeeds", async () => {
    const { server, gate, client, events } = await remembered(3 * FRESH_MS);
    const initialized = client.init();
    await server.request("flags", 2);
    gate.open();
    await initialized;
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: false, source: "network" });
    expect(events.of("flag_changed")).toEqual([{ key: "beta", value: false, previous: undefined }]);
  });
});

describe("before init", () => {
  it("`track` queues, and the event goes out after init", async () => {
    const server = await startRollgateServer();
    const client = createClient(server, { tracking: { maxBufferSize: 1 } });
    client.track({ flagKey: "beta", eventName: "clicked", userId: "u1" });
    expect(client.getEventStats()).toMatchObject({ accepted: 1, pending: 1 });
    expect(server.requests()).toEqual([]);
    await client.init();
    const { events } = (await server.request("events", 1)).json() as { events: unknown[] };
    expect(events).toEqual([
      {
        flagKey: "beta",
        eventName: "clicked",
        userId: "u1",
        timestamp: expect.stringMatching(/^\d{4}-/),
      },
    ]);
  });

  it("`identify` sets the user for init, without a request", async () => {
    const server = await startRollgateServer();
    const client = createClient(server);
    await client.identify({ id: "u1", attributes: { plan: "pro" } });
    expect(client.user).toEqual({ id: "u1", attributes: { plan: "pro" } });
    expect(server.requests()).toEqual([]);
    await client.init();
    expect((await server.request("identify", 1)).json()).toEqual({
      user: { id: "u1", attributes: { plan: "pro" } },
    });
    expect((await server.request("flags", 1)).query.get("user_id")).toBe("u1");
  });

  it.each(["refresh", "flushEvents", "flushTelemetry"] as const)(
    "`%s` rejects with NOT_INITIALIZED",
    async (method) => {
      const server = await startRollgateServer();
      const error = await rejection(createClient(server)[method]());
      expect(error).toMatchObject({ code: "NOT_INITIALIZED" });
      expect(server.requests()).toEqual([]);
    },
  );

  it("evaluations give the default with CLIENT_NOT_READY", async () => {
    const client = createClient(await startRollgateServer());
    expect(client.isEnabled("beta", true)).toBe(true);
    expect(client.isEnabledDetail("beta", true)).toEqual({
      value: true,
      reason: { kind: "ERROR", errorKind: "CLIENT_NOT_READY" },
      source: "default",
      stale: false,
      version: 0,
    });
  });
});

describe("after close", () => {
  it.each(["init", "refresh", "reset", "flushEvents", "flushTelemetry"] as const)(
    "`%s` rejects with CLIENT_CLOSED",
    async (method) => {
      const server = await startRollgateServer();
      const client = createClient(server);
      await client.init();
      await client.close();
      const sent = server.requests().length;
      expect(await rejection(client[method]())).toMatchObject({ code: "CLIENT_CLOSED" });
      expect(server.requests()).toHaveLength(sent);
    },
  );

  it("`identify` rejects with CLIENT_CLOSED and does not change the user", async () => {
    const server = await startRollgateServer();
    const client = createClient(server);
    await client.init({ id: "u1" });
    await client.close();
    expect(await rejection(client.identify({ id: "u2" }))).toMatchObject({
      code: "CLIENT_CLOSED",
    });
    expect(client.user).toEqual({ id: "u1" });
  });

  it("`track` counts as refused and evaluations answer from the last flags", async () => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server);
    await client.init({ id: "u1" });
    await client.close();
    client.track({ flagKey: "beta", eventName: "clicked" });
    expect(client.getEventStats()).toMatchObject({ accepted: 0, refused: 1 });
    expect(client.isEnabled("beta")).toBe(true);
    expect(client.getAllFlags()).toEqual({ beta: true });
  });

  it("nothing else throws, warns or reaches the server", async () => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server, { cache: { storage: createMapStorage() } });
    await client.init({ id: "u1" });
    await client.close();
    const sent = server.requests().length;
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    client.setOffline(true);
    client.setOffline(false);
    client.resetCircuit();
    client.setOverride("beta", false);
    expect(client.isEnabled("beta")).toBe(false);
    client.clearOverrides();
    expect(client.isEnabled("beta")).toBe(true);
    expect(client.getState()).toMatchObject({ client: "closed", connection: "closed" });
    expect(client.circuitState).toBe("closed");
    expect(client.getCircuitStats().failures).toBe(0);
    expect(client.getTransitions().length).toBeGreaterThan(0);
    expect(client.isReady).toBe(true);
    expect(warned.mock.calls).toEqual([]);
    warned.mockRestore();
    expect(server.requests()).toHaveLength(sent);
  });

  it("a second `close` gets the same promise and `closed` is emitted once, last", async () => {
    const server = await startRollgateServer();
    const client = createClient(server);
    await client.init();
    const events = recordEvents(client);
    const closing = client.close();
    expect(client.close()).toBe(closing);
    await closing;
    client.setOverride("beta", true);
    expect(events.names).toEqual(["connection_changed", "closed"]);
  });
});

describe("offline, init", () => {
  it("rejects with OFFLINE when nothing is in hand, and recovers when it is over", async () => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server);
    client.setOffline(true);
    expect(await rejection(client.init())).toMatchObject({ code: "OFFLINE" });
    expect(server.requests()).toEqual([]);
    const ready = nextEvent(client, "ready");
    client.setOffline(false);
    await ready;
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("resolves with persisted flags, however old", async () => {
    const server = await startRollgateServer({ beta: true });
    const clock = createVirtualClock();
    const cache = { storage: createMapStorage(), ttlMs: 1_000, staleTtlMs: 2_000 };
    await persist(server, { clock, cache });
    clock.advance(10_000);
    const client = createClient(server, { clock, cache });
    client.setOffline(true);
    await client.init();
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
    expect(server.count("flags")).toBe(1);
  });
});

describe("start", () => {
  it("initializes a client, which closes when its scope ends", async () => {
    const server = await startRollgateServer({ beta: true });
    const clock = createVirtualClock();
    let kept: RollgateClient;
    {
      await using client = await RollgateClient.start(
        { apiKey: API_KEY, baseUrl: server.url, clock, logLevel: "silent" },
        { id: "u1" },
      );
      kept = client;
      expect(client.isEnabled("beta")).toBe(true);
      expect(client.user).toEqual({ id: "u1" });
      expect(clock.pending()).not.toEqual([]);
    }
    expect(clock.pending()).toEqual([]);
    expect(await rejection(kept.refresh())).toMatchObject({ code: "CLIENT_CLOSED" });
  });

  it("closes the client when its init rejects", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { status: 404 });
    const clock = createVirtualClock();
    const started = RollgateClient.start({
      apiKey: API_KEY,
      baseUrl: server.url,
      clock,
      logLevel: "silent",
    });
    expect(await rejection(started)).toBeInstanceOf(NotFoundError);
    expect(clock.pending()).toEqual([]);
  });
});

describe("the constructor", () => {
  it.each([
    ["an empty apiKey", { apiKey: "" }, "apiKey"],
    ["an apiKey that is no text", { apiKey: 7 }, "apiKey"],
    ["an unknown option", { apiKey: "k", retries: 3 }, "retries"],
    [
      "a negative number",
      { apiKey: "k", circuitBreaker: { failureThreshold: -1 } },
      "circuitBreaker.failureThreshold",
    ],
    ["a baseUrl that is not http(s)", { apiKey: "k", baseUrl: "ftp://a" }, "baseUrl"],
  ])("refuses %s and names its path", (_, config, path) => {
    let thrown: unknown;
    try {
      new RollgateClient(config as never);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigurationError);
    expect((thrown as ConfigurationError).message).toContain(path);
  });

  it("makes no request", async () => {
    const server = await startRollgateServer();
    const clock = createVirtualClock();
    createClient(server, { clock });
    expect(clock.pending()).toEqual([]);
    expect(server.connections()).toBe(0);
  });
});
