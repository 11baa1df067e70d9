import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import {
  InvalidResponseError,
  RollgateClient,
  type RollgateConfig,
  TimeoutError,
  VERSION,
} from "../../../src";
import { API_KEY, createClient } from "../../support/client";
import { nextEvent, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock, type VirtualClock } from "../../support/virtual-clock";
import { rejection } from "../http/support";

it("has the promised defaults: where it goes, when it polls, how long it waits, what it retries", async () => {
  const clock = createVirtualClock();
  const asked: string[] = [];
  const client = new RollgateClient({
    apiKey: API_KEY,
    clock,
    random: () => 0.5,
    logLevel: "silent",
    fetch: async (input) => {
      asked.push(String(input));
      return asked.length > 1 ? Response.json({ flags: {} }) : new Response(null, { status: 500 });
    },
  });
  const ready = client.init();
  await clock.timer(10_000);
  await clock.timer(100);
  expect(clock.pending()).toEqual(expect.arrayContaining([10_000, 30_000, 60_000]));
  clock.advance(100);
  await ready;
  expect(asked).toEqual(Array(2).fill("https://api.rollgate.io/api/v1/sdk/flags?withReasons=true"));
  expect(clock.pending()).toContain(300_000);
  expect(client.getState().connection).toBe("polling");
  await client.close();
});

it("waits 5 s for one request by default", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer();
  server.answer("flags", { gate: createGate() });
  const client = createClient(server, { clock });
  const failed = rejection(client.init());
  await server.request("flags", 1);
  clock.advance(4_999);
  expect(client.getState().refresh).toBe("requesting");
  clock.advance(1);
  expect(await failed).toBeInstanceOf(TimeoutError);
});

it.each(["", "/", "/base", "/base//"])("takes a baseUrl that ends in %j", async (end) => {
  const server = await startRollgateServer();
  const paths: string[] = [];
  const client = createClient(server, {
    baseUrl: server.url + end,
    fetch: async (input) => {
      paths.push(new URL(String(input)).pathname);
      return Response.json({ flags: {} });
    },
  });
  await client.init();
  expect(paths).toEqual([`${end.replace(/\/+$/, "")}/api/v1/sdk/flags`]);
});

it("opens the stream at streamUrl and fetches from baseUrl", async () => {
  const server = await startRollgateServer();
  const streams = await startRollgateServer();
  const client = createClient(server, { enableStreaming: true, streamUrl: streams.url });
  await client.init();
  await streams.stream(1);
  expect([server.count("stream"), streams.count("flags")]).toEqual([0, 0]);
});

it("polls never with refreshIntervalMs 0, and jitters each interval by ± 10 %", async () => {
  const server = await startRollgateServer();
  const intervals: number[] = [];
  for (const dice of [0, 0.5, 0.999_999]) {
    const clock = createVirtualClock();
    const client = createClient(server, {
      clock,
      random: () => dice,
      refreshIntervalMs: 20_000,
    });
    await client.init();
    intervals.push((client.getState().nextPollAt ?? 0) - clock.now());
  }
  expect(intervals).toEqual([18_000, 20_000, 22_000]);
  const client = createClient(server, { refreshIntervalMs: 0 });
  await client.init();
  expect(client.getState()).not.toHaveProperty("nextPollAt");
});

it("clamps what would make a tight loop or overflow a timer", async () => {
  const server = await startRollgateServer();
  const delays = async (refreshIntervalMs: number) => {
    const clock = createVirtualClock();
    const client = createClient(server, { clock, random: () => 0.5, refreshIntervalMs });
    await client.init();
    return (client.getState().nextPollAt ?? 0) - clock.now();
  };
  expect(await delays(0.001)).toBe(10);
  expect(await delays(1e15)).toBe(2_147_483_647);
});

it("sets no timer longer than timers can hold, jitter included", async () => {
  const server = await startRollgateServer();
  const clock = createVirtualClock();
  const client = createClient(server, {
    clock,
    random: () => 0.999_999,
    refreshIntervalMs: 2_147_483_647,
  });
  await client.init();
  expect(Math.max(...clock.pending())).toBe(2_147_483_647);
});

it("waits initTimeoutMs at most, then rejects with a TimeoutError and goes on in the background", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const gate = createGate();
  server.answer("flags", { gate });
  const client = createClient(server, { clock, initTimeoutMs: 700 });
  const failed = rejection(client.init());
  await server.request("flags", 1);
  clock.advance(700);
  expect(await failed).toMatchObject({ name: "TimeoutError", code: "INIT_TIMEOUT" });
  const ready = nextEvent(client, "ready");
  gate.open();
  await ready;
});

it("reads no more than maxResponseBytes", async () => {
  const server = await startRollgateServer({ beta: true });
  const body = JSON.stringify({ flags: { beta: true } });
  await createClient(server, { maxResponseBytes: body.length }).init();
  const client = createClient(server, { maxResponseBytes: body.length - 1 });
  expect(await rejection(client.init())).toBeInstanceOf(InvalidResponseError);
});

it("asks the v2 endpoint with typedFlags", async () => {
  const server = await startRollgateServer({
    text: { key: "text", type: "string", value: "hi", enabled: true },
  });
  const client = createClient(server, { typedFlags: true });
  await client.init();
  expect(client.getString("text", "")).toBe("hi");
  expect([server.count("flags"), server.count("v2")]).toEqual([0, 1]);
});

it("sends X-User-Context in Node unless userContextHeader is false", async () => {
  const server = await startRollgateServer();
  const user = { id: "ann", attributes: { plan: "pro" } };
  await createClient(server).init(user);
  await createClient(server, { userContextHeader: false }).init(user);
  expect(server.requests("flags").map(({ userContext }) => userContext)).toEqual([user, undefined]);
});

it("introduces itself on every request", async () => {
  const server = await startRollgateServer();
  const client = createClient(server);
  await client.init();
  expect(server.requests("flags")[0]?.headers).toMatchObject({
    authorization: `Bearer ${API_KEY}`,
    "x-sdk-name": "rollgate-typescript",
    "x-sdk-version": VERSION,
  });
});

it("takes flags for stale after cache.ttlMs", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock, cache: { ttlMs: 1_000 } });
  await client.init();
  clock.advance(999);
  expect(client.isEnabledDetail("beta").stale).toBe(false);
  clock.advance(1);
  expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: true });
});

it("writes to cache.persistPath", async () => {
  const directory = await mkdtemp(join(tmpdir(), "rollgate-options-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const persistPath = join(directory, "deep", "flags.json");
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { cache: { persistPath } });
  await client.init();
  await client.close();
  expect(existsSync(persistPath)).toBe(true);
});

it("withholds flags older than maxStalenessMs", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock, maxStalenessMs: 1_000 });
  await client.init();
  clock.advance(1_000);
  expect(client.isEnabledDetail("beta").reason).toEqual({ kind: "ERROR", errorKind: "STALE" });
});

it("serves bootstrap flags with their reasons at once", async () => {
  const server = await startRollgateServer({ beta: false });
  const gate = createGate();
  server.answerOnce("flags", { gate });
  const client = createClient(server, {
    bootstrap: { flags: { beta: true }, reasons: { beta: { kind: "TARGET_MATCH" } } },
  });
  expect(client.isEnabledDetail("beta")).toMatchObject({
    value: true,
    source: "bootstrap",
    reason: { kind: "TARGET_MATCH" },
  });
  await client.init();
  const changed = nextEvent(client, "flag_changed");
  gate.open();
  expect(await changed).toEqual({ key: "beta", value: false, previous: true });
});

it("reconnects a stream that is silent for stream.idleTimeoutMs", async () => {
  const { clock, server, client } = await streaming({ idleTimeoutMs: 4_000 });
  const first = await server.stream(1);
  clock.advance(4_000);
  await first.closed;
  await untilState(client, ({ connection }) => connection === "streaming.backingOff");
});

it("waits between d/2 and 3d/2 before a reconnect, d doubled up to stream.reconnectMaxDelayMs", async () => {
  const { clock, server, client } = await streaming(
    { reconnectBaseDelayMs: 1_000, reconnectMaxDelayMs: 3_000 },
    0,
  );
  const waits: number[] = [];
  for (let nth = 1; nth <= 3; nth++) {
    const stream = await server.stream(nth);
    await untilState(client, ({ connection }) => connection === "streaming.open");
    stream.drop();
    const state = await untilState(client, ({ nextReconnectAt }) => nextReconnectAt !== undefined);
    const wait = (state.nextReconnectAt ?? 0) - clock.now();
    waits.push(wait);
    clock.advance(wait);
  }
  expect(waits).toEqual([500, 1_000, 1_500]);
});

it("spreads the fetches that follow a change over stream.changeJitterMs", async () => {
  const { clock, server, client } = await streaming({ changeJitterMs: 10_000 });
  const stream = await server.stream(1);
  await untilState(client, ({ connection }) => connection === "streaming.open");
  clock.advance(1_000);
  await server.request("flags", 2);
  await untilState(client, ({ refresh }) => refresh.startsWith("idle"));
  clock.advance(1_000);
  stream.event("flag-changed", { key: "beta", enabled: true });
  await clock.timer(5_000);
  clock.advance(4_999);
  expect(server.count("flags")).toBe(2);
  clock.advance(1);
  await server.request("flags", 3);
});

it("logs to the logger given, from logLevel on", async () => {
  const server = await startRollgateServer();
  server.answer("flags", { status: 404 });
  const lines = async (logLevel: "debug" | "warn" | "error" | "silent") => {
    const seen: string[] = [];
    const log = (level: string) => () => void seen.push(level);
    const logger = {
      debug: log("debug"),
      info: log("info"),
      warn: log("warn"),
      error: log("error"),
    };
    await rejection(createClient(server, { logger, logLevel }).init());
    return new Set(seen);
  };
  expect(await lines("warn")).toEqual(new Set(["warn"]));
  expect((await lines("error")).size).toBe(0);
  expect((await lines("silent")).size).toBe(0);
});

it("shows its machines to inspect, as a function and as an observer", async () => {
  const server = await startRollgateServer();
  const types = new Set<string>();
  const observed = new Set<string>();
  await createClient(server, { inspect: ({ type }) => void types.add(type) }).init();
  await createClient(server, { inspect: { next: ({ type }) => void observed.add(type) } }).init();
  expect(types).toContain("@xstate.microstep");
  expect(observed).toEqual(types);
});

async function streaming(stream: NonNullable<RollgateConfig["stream"]>, dice = 0.5) {
  const clock: VirtualClock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    clock,
    random: () => dice,
    enableStreaming: true,
    stream,
  });
  await client.init();
  await server.stream(1);
  await untilState(client, ({ connection }) => connection === "streaming.open");
  return { clock, server, client };
}
