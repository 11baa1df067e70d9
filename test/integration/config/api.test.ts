import { expect, it } from "vitest";
import { CircuitState, RollgateClient, type RollgateConfig } from "../../../src";
import { API_KEY, createClient } from "../../support/client";
import { nextEvent } from "../../support/events";
import { type RollgateServer, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage } from "../client/support";
import { rejection } from "../http/support";

/** Each row of the API: its members, and what shows over a socket that they do. */
interface Row {
  readonly members: readonly (string | symbol)[];
  readonly config?: Partial<RollgateConfig>;
  readonly check: (client: RollgateClient, server: RollgateServer) => Promise<void>;
}

const ANN = { id: "ann", attributes: { plan: "pro" } };
const EVENT = { flagKey: "beta", eventName: "seen" };
const typed = (key: string, type: string, value: unknown) => ({ key, type, value, enabled: true });

const ROWS: readonly Row[] = [
  {
    members: ["forUser", "mode", "rulesVersion"],
    config: { enableStreaming: true },
    async check(client, server) {
      await client.init();
      expect([client.mode, client.rulesVersion]).toEqual(["remote", undefined]);
      const updated = nextEvent(client, "rules_updated");
      const flags = { beta: { enabled: true, rollout: 0, targetUsers: ["ann"] } };
      (await server.stream(1)).event("rules-full", { version: "v7", flags });
      await updated;
      expect([client.mode, client.rulesVersion]).toEqual(["local", "v7"]);
      expect(client.forUser(ANN).isEnabled("beta")).toBe(true);
      expect(client.isEnabled("beta")).toBe(false);
    },
  },
  {
    members: ["init", "isReady"],
    async check(client, server) {
      expect(client.isReady).toBe(false);
      const first = client.init(ANN);
      expect(client.init()).toBe(first);
      await first;
      expect(client.isReady).toBe(true);
      expect(server.requests().map(({ route }) => route)).toEqual(["identify", "flags"]);
    },
  },
  {
    members: ["isEnabled", "isEnabledDetail"],
    async check(client, server) {
      server.flags = { beta: true, gamma: false };
      await client.init();
      expect(["beta", "gamma", "none"].map((key) => client.isEnabled(key, true))).toEqual([
        true,
        false,
        true,
      ]);
      expect(client.isEnabled("none")).toBe(false);
      expect(client.isEnabledDetail("beta")).toMatchObject({
        value: true,
        reason: { kind: "FALLTHROUGH", inRollout: true },
        source: "network",
        stale: false,
      });
      expect(client.isEnabledDetail("none").reason.kind).toBe("UNKNOWN");
    },
  },
  {
    members: ["getString", "getNumber", "getJson", "getValue"].flatMap((name) => [
      name,
      `${name}Detail`,
    ]),
    config: { typedFlags: true },
    async check(client, server) {
      server.flags = {
        text: typed("text", "string", "hi"),
        size: typed("size", "number", 7),
        tree: typed("tree", "json", { leaf: [1] }),
      };
      await client.init();
      expect(client.getString("text", "")).toBe("hi");
      expect(client.getNumber("size", 0)).toBe(7);
      expect(client.getJson("tree", {})).toEqual({ leaf: [1] });
      expect(client.getValue("size", 0)).toBe(7);
      expect(client.getStringDetail("size", "none")).toMatchObject({
        value: "none",
        reason: { kind: "ERROR", errorKind: "WRONG_TYPE" },
      });
      expect(client.getNumberDetail("size", 0)).toMatchObject({ value: 7, source: "network" });
      expect(client.getJsonDetail("tree", {}).value).toEqual({ leaf: [1] });
      expect(client.getValueDetail("text", "").value).toBe("hi");
    },
  },
  {
    members: ["getAllFlags"],
    async check(client, server) {
      server.flags = JSON.parse('{ "beta": true, "__proto__": false }');
      await client.init();
      const flags = client.getAllFlags();
      expect(Object.entries(flags).sort()).toEqual([
        ["__proto__", false],
        ["beta", true],
      ]);
      expect([Object.isFrozen(flags), Object.getPrototypeOf(flags)]).toEqual([true, null]);
    },
  },
  {
    members: ["toBootstrap"],
    async check(client, server) {
      expect(client.toBootstrap()).toBeUndefined();
      await client.init();
      client.setOverride("mine", "x");
      const bootstrap = client.toBootstrap();
      expect(Object.entries(bootstrap?.flags ?? {})).toEqual([
        ["beta", true],
        ["mine", "x"],
      ]);
      // Nobody else's flags are known here, and the current user's are not theirs.
      expect(client.toBootstrap(ANN)).toBeUndefined();
      expect(client.getTelemetryStats().evaluationCount).toBe(0);
      expect(server.requests("flags")).toHaveLength(1);
    },
  },
  {
    members: ["identify", "reset", "user"],
    async check(client, server) {
      await client.init();
      server.answerOnce("flags", { flags: { beta: false } });
      const identified = client.identify(ANN);
      expect(client.isEnabledDetail("beta", true).reason.errorKind).toBe("CLIENT_NOT_READY");
      await identified;
      expect(client.user).toEqual(ANN);
      expect(client.isEnabled("beta", true)).toBe(false);
      expect(server.requests("identify")[0]?.json()).toMatchObject({ user: ANN });
      await client.reset();
      expect([client.user, client.isEnabled("beta")]).toEqual([undefined, true]);
    },
  },
  {
    members: ["refresh"],
    async check(client, server) {
      await client.init();
      server.flags = { beta: false };
      await Promise.all([client.refresh(), client.refresh()]);
      expect([client.isEnabled("beta", true), server.count("flags")]).toEqual([false, 2]);
      server.answer("flags", { status: 500 });
      expect(await rejection(client.refresh())).toMatchObject({ name: "ServerError" });
    },
  },
  {
    members: ["track", "flushEvents", "getEventStats"],
    async check(client, server) {
      await client.init(ANN);
      client.track(EVENT);
      client.track({ flagKey: "", eventName: "seen" });
      await client.flushEvents();
      expect(server.requests("events")[0]?.json()).toMatchObject({
        events: [{ ...EVENT, userId: "ann" }],
      });
      expect(client.getEventStats()).toEqual({
        accepted: 1,
        delivered: 1,
        pending: 0,
        dropped: { overflow: 0, rejected: 0, closed: 0 },
        refused: 1,
      });
    },
  },
  {
    members: ["getSnapshot"],
    config: { typedFlags: true },
    async check(client, server) {
      server.flags = { text: typed("text", "string", "hi"), size: typed("size", "number", 7) };
      await client.init();
      const snapshot = client.getSnapshot();
      expect(client.getSnapshot()).toBe(snapshot);
      expect([
        snapshot.get("text", ""),
        snapshot.get("size", ""),
        snapshot.get("text", false),
      ]).toEqual(["hi", "", true]);
      client.setOverride("text", "ho");
      expect(client.getSnapshot().get("text", "")).toBe("ho");
      expect(client.getSnapshot().getDetail("text", null).source).toBe("override");
      expect(snapshot.get("text", "")).toBe("hi");
      expect(client.getTelemetryStats().evaluationCount).toBe(0);
    },
  },
  {
    members: ["applyBootstrap"],
    async check(client, server) {
      server.flags = { beta: false };
      await client.init();
      client.applyBootstrap({ flags: { beta: true } });
      expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "bootstrap" });
      await client.refresh();
      expect(client.isEnabledDetail("beta")).toMatchObject({ value: false, source: "network" });
    },
  },
  {
    members: ["setOverride", "clearOverrides"],
    async check(client) {
      await client.init();
      client.setOverride("beta", false);
      expect(client.isEnabledDetail("beta")).toMatchObject({ value: false, source: "override" });
      client.clearOverrides();
      expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "network" });
    },
  },
  {
    members: ["setOffline"],
    async check(client, server) {
      await client.init();
      client.setOffline(true);
      expect(await rejection(client.refresh())).toMatchObject({ code: "OFFLINE" });
      expect([client.isEnabled("beta"), server.count("flags")]).toEqual([true, 1]);
      client.setOffline(false);
      await server.request("flags", 2);
    },
  },
  {
    members: ["flushTelemetry", "getTelemetryStats"],
    config: { telemetry: {} },
    async check(client, server) {
      await client.init();
      client.isEnabled("beta");
      expect(client.getTelemetryStats()).toEqual({ flagCount: 1, evaluationCount: 1 });
      await client.flushTelemetry();
      expect(server.requests("telemetry")[0]?.json()).toMatchObject({
        evaluations: { beta: { total: 1, true: 1, false: 0 } },
      });
      expect(client.getTelemetryStats().evaluationCount).toBe(0);
    },
  },
  {
    members: ["flush"],
    config: { telemetry: {}, cache: { storage: createMapStorage() } },
    async check(client, server) {
      await client.init(ANN);
      client.isEnabled("beta");
      client.track(EVENT);
      await client.flush();
      expect([server.count("events"), server.count("telemetry")]).toEqual([1, 1]);
      server.answerOnce("events", { status: 500 });
      client.track(EVENT);
      await client.flush();
      expect(client.getEventStats().pending).toBe(1);
    },
  },
  {
    members: ["circuitState", "getCircuitStats", "resetCircuit"],
    config: { circuitBreaker: { failureThreshold: 1 } },
    async check(client, server) {
      await client.init();
      server.answerOnce("flags", { status: 500 });
      await rejection(client.refresh());
      expect(client.circuitState).toBe(CircuitState.OPEN);
      expect(client.getCircuitStats()).toMatchObject({ state: "open", failures: 1 });
      client.resetCircuit();
      expect(client.circuitState).toBe(CircuitState.CLOSED);
      await client.refresh();
    },
  },
  {
    members: ["getCacheStats", "getCacheHitRate", "clearCache"],
    config: { cache: { storage: createMapStorage() } },
    async check(client, server) {
      await client.init();
      expect(client.getCacheStats()).toMatchObject({ hits: 0, misses: 1, staleHits: 0 });
      expect(client.getCacheHitRate()).toBe(0);
      server.answer("flags", { status: 500 });
      await client.identify(ANN).catch(() => {});
      await client.reset();
      expect(client.isEnabled("beta")).toBe(true);
      expect(client.getCacheStats()).toEqual({ hits: 1, misses: 2, staleHits: 0, size: 1 });
      expect(client.getCacheHitRate()).toBeCloseTo(1 / 3);
      await client.clearCache();
      expect([client.getCacheStats().size, client.isEnabled("beta")]).toEqual([0, true]);
    },
  },
  {
    members: ["on", "once", "off"],
    async check(client, server) {
      const heard: string[] = [];
      const off = () => void heard.push("off");
      const stop = client.on("flags_updated", () => void heard.push("on"));
      client.on("flags_updated", off);
      client.once("flags_updated", () => void heard.push("once"));
      await client.init();
      stop();
      client.off("flags_updated", off);
      server.flags = {};
      await client.refresh();
      expect(heard).toEqual(["on", "off", "once"]);
    },
  },
  {
    members: ["subscribe", "getVersion"],
    async check(client, server) {
      const told: string[] = [];
      client.subscribe(() => void told.push("any"));
      client.subscribe("beta", () => void told.push("beta"));
      client.subscribe("gamma", () => void told.push("gamma"));
      const before = client.getVersion();
      await client.init();
      expect(told.sort()).toEqual(["any", "beta"]);
      expect(client.getVersion()).toBeGreaterThan(before);
      const now = client.getVersion();
      server.flags = { beta: true };
      await client.refresh();
      expect(client.getVersion()).toBe(now);
    },
  },
  {
    members: ["getState", "onTransition", "getTransitions", "actor"],
    async check(client) {
      const seen: number[] = [];
      const stop = client.onTransition(({ seq }) => void seen.push(seq));
      await client.init();
      stop();
      expect(client.getState()).toMatchObject({ client: "running", circuit: "closed" });
      expect(client.getTransitions().map(({ seq }) => seq)).toEqual(seen);
      expect(client.actor.getSnapshot().status).toBe("active");
      await client.close();
      expect(client.getTransitions().length).toBeGreaterThan(seen.length);
    },
  },
  {
    members: ["exportDiagnostics"],
    async check(client, server) {
      await client.init(ANN);
      const { config, state, flags } = client.exportDiagnostics();
      expect([config["baseUrl"], state.client, flags.source]).toEqual([
        server.url,
        "running",
        "network",
      ]);
    },
  },
  {
    members: ["attachInspector"],
    async check(client) {
      await client.init();
      const seen: string[] = [];
      const detach = client.attachInspector(({ type }) => void seen.push(type));
      expect(new Set(seen)).toEqual(new Set(["@xstate.actor"]));
      await client.refresh();
      expect(seen).toContain("@xstate.microstep");
      detach();
      const before = seen.length;
      await client.refresh();
      expect(seen).toHaveLength(before);
    },
  },
  {
    members: ["close", Symbol.asyncDispose],
    async check(client, server) {
      await client.init(ANN);
      client.track(EVENT);
      const closed = client.close();
      expect(client.close()).toBe(closed);
      await client[Symbol.asyncDispose]();
      const before = server.requests().length;
      expect(server.count("events")).toBe(1);
      expect(await rejection(client.refresh())).toMatchObject({ code: "CLIENT_CLOSED" });
      expect([client.isEnabled("beta"), server.requests().length]).toEqual([true, before]);
    },
  },
];

/** The client, and the names of its members that were used. */
function watched(client: RollgateClient) {
  const used = new Set<string | symbol>();
  const proxy = new Proxy(client, {
    get(target, name) {
      used.add(name);
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  return { proxy, used };
}

it.each(ROWS.map((row) => [row.members.map(String).join(", "), row] as const))(
  "does what it promises: %s",
  async (_, { members, config, check }) => {
    const server = await startRollgateServer({ beta: true });
    const { proxy, used } = watched(createClient(server, config));
    await check(proxy, server);
    expect(members.filter((name) => !used.has(name))).toEqual([]);
  },
);

it("starts a client that closes with its scope, and closes one whose init rejects", async () => {
  const server = await startRollgateServer({ beta: true });
  const config = { apiKey: API_KEY, baseUrl: server.url, telemetry: { enabled: false } };
  let closed: Promise<void> | undefined;
  {
    await using client = await RollgateClient.start(config, ANN);
    closed = nextEvent(client, "closed");
    expect([client.isEnabled("beta"), client.user]).toEqual([true, ANN]);
  }
  await closed;
  server.answer("flags", { status: 401 });
  const clock = createVirtualClock();
  const rejected = rejection(RollgateClient.start({ ...config, clock, logLevel: "silent" }));
  expect(await rejected).toMatchObject({ name: "AuthenticationError" });
  expect(clock.pending()).toEqual([]);
});

it("has a row for each member of the client, and for no other", () => {
  const members = new Set<string | symbol>();
  for (
    let prototype = RollgateClient.prototype;
    prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    for (const name of Reflect.ownKeys(prototype)) members.add(name);
  }
  members.delete("constructor");
  const names = (list: Iterable<string | symbol>) => [...list].map(String).sort();
  expect(names(ROWS.flatMap((row) => row.members))).toEqual(names(members));
  // Of the class that an entry binds to its platform, and of that one.
  const statics = [RollgateClient, Object.getPrototypeOf(RollgateClient)].flatMap((one) =>
    Reflect.ownKeys(one).map(String),
  );
  expect(statics.filter((name) => !["length", "name", "prototype"].includes(name))).toEqual([
    "start",
  ]);
});
