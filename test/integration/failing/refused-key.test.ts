import { expect, it } from "vitest";
import { AuthenticationError, type RollgateConfig } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, recordEvents, until, untilState } from "../../support/events";
import { type RollgateServer, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { rejection } from "../http/support";

const EVENT = { flagKey: "beta", eventName: "bought", userId: "ann" };
/** The name also tells who was refused: `unauthorized.byKey`. */
const UNAUTHORIZED = /^unauthorized\b/;
const ROUTES = ["flags", "identify", "stream", "events", "telemetry"] as const;

function refuseEverything(server: RollgateServer, status = 401): void {
  for (const route of ROUTES) server.answer(route, { status });
}

const counts = (server: RollgateServer) => ROUTES.map((route) => server.count(route));

/** A client with flags in hand whose key is then refused. */
async function refusedClient(config: Partial<RollgateConfig> = {}) {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    clock,
    random: () => 0.5,
    refreshIntervalMs: 1_000,
    retry: { maxRetries: 3, baseDelayMs: 1 },
    circuitBreaker: { recoveryTimeoutMs: 40_000 },
    ...config,
  });
  await client.init({ id: "ann" });
  refuseEverything(server);
  expect(await rejection(client.refresh())).toBeInstanceOf(AuthenticationError);
  return { clock, server, client };
}

it.each([401, 403])(
  "after a %d shows the connection as unauthorized, the flags serving on",
  async (status) => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server, { refreshIntervalMs: 60_000 });
    await client.init();
    const log = recordEvents(client, "connection_changed", "error");
    server.answer("flags", { status });
    expect(await rejection(client.refresh())).toMatchObject({
      name: "AuthenticationError",
      statusCode: status,
      category: "auth",
      retryable: false,
    });
    expect(log.entries).toEqual([
      ["connection_changed", { from: "polling", to: expect.stringMatching(UNAUTHORIZED) }],
      ["error", expect.any(AuthenticationError)],
    ]);
    expect(client.getState().connection).toMatch(UNAUTHORIZED);
    expect(client.isEnabled("beta")).toBe(true);
  },
);

it("does not retry within a fetch", async () => {
  const { server } = await refusedClient();
  expect(server.count("flags")).toBe(2);
});

it("sends one GET flags per recoveryTimeoutMs and nothing else, as long as the key is refused", async () => {
  const { server, client, clock } = await refusedClient({ enableStreaming: true, telemetry: {} });
  client.isEnabled("beta");
  client.track(EVENT);
  const before = counts(server);
  for (let n = 1; n <= 3; n++) {
    clock.advance(39_999);
    expect(client.getState().refresh).toBe("idle.resting");
    expect(counts(server)).toEqual([2 + n - 1, ...before.slice(1)]);
    clock.advance(1);
    await server.request("flags", 2 + n);
    await untilState(client, ({ refresh }) => refresh.startsWith("idle"));
  }
  expect(counts(server)).toEqual([5, ...before.slice(1)]);
  expect(client.getEventStats()).toMatchObject({ pending: 1, delivered: 0 });
  server.restore();
  await client.refresh();
  await client.flushEvents();
  await client.flushTelemetry();
});

it("asks once at once for an explicit refresh, and for an explicit identify", async () => {
  const { server, client } = await refusedClient();
  await rejection(client.refresh());
  expect(counts(server)).toEqual([3, 1, 0, 0, 0]);
  expect(await rejection(client.identify({ id: "bob" }))).toBeInstanceOf(AuthenticationError);
  expect(counts(server)).toEqual([3, 2, 0, 0, 0]);
});

it("serves the identified user from the cache although the key is refused", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock });
  await client.init({ id: "ann" });
  await client.identify({ id: "bob" });
  refuseEverything(server, 403);
  await client.identify({ id: "ann" });
  expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
});

it("heals without a restart: what waited goes out and polling goes on", async () => {
  const { server, client, clock } = await refusedClient();
  client.track(EVENT);
  expect(await rejection(client.flushEvents())).toBeInstanceOf(AuthenticationError);
  server.restore();
  server.flags = { beta: false };
  const changed = nextEvent(client, "flag_changed");
  const flushed = nextEvent(client, "events_flushed");
  clock.advance(40_000);
  expect(await changed).toMatchObject({ key: "beta", value: false });
  expect(await flushed).toEqual({ count: 1 });
  expect(client.getState().connection).toBe("polling");
  const before = server.count("flags");
  clock.advance(1_000);
  await server.request("flags", before + 1);
});

it("heals at an explicit refresh, too", async () => {
  const { server, client } = await refusedClient();
  server.restore();
  await client.refresh();
  expect(client.getState().connection).toBe("polling");
});

it("tells the server the user, and asks again, when a key that was refused from the start works", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  refuseEverything(server);
  const client = createClient(server, { clock, circuitBreaker: { recoveryTimeoutMs: 40_000 } });
  expect(await rejection(client.init({ id: "ann" }))).toBeInstanceOf(AuthenticationError);
  expect(counts(server)).toEqual([0, 1, 0, 0, 0]);
  server.restore();
  await clock.timer(40_000);
  clock.advance(40_000);
  await server.request("identify", 2);
  await server.request("flags", 2);
  await until(() => client.isReady);
});

it("lets events that the server refuses wait, and shows the connection as unauthorized", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock, refreshIntervalMs: 1_000 });
  await client.init();
  server.answer("events", { status: 403 });
  client.track(EVENT);
  expect(await rejection(client.flushEvents())).toBeInstanceOf(AuthenticationError);
  expect(client.getState().connection).toMatch(UNAUTHORIZED);
  expect(client.getEventStats()).toMatchObject({ pending: 1, dropped: { rejected: 0 } });
  server.restore();
  const flushed = nextEvent(client, "events_flushed");
  clock.advance(30_000);
  await flushed;
});

it("takes a key that only the stream refuses for refused, and polls while the stream is shut", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  server.answer("stream", { status: 403 });
  const client = createClient(server, {
    clock,
    enableStreaming: true,
    circuitBreaker: { recoveryTimeoutMs: 40_000 },
  });
  await client.init();
  await untilState(client, ({ connection }) => UNAUTHORIZED.test(connection));
  const streams = server.count("stream");
  clock.advance(39_999);
  expect([server.count("stream"), server.count("flags")]).toEqual([streams, 1]);
  clock.advance(1);
  await server.request("flags", 2);
  await untilState(client, ({ connection }) => !UNAUTHORIZED.test(connection));
  expect(server.count("stream")).toBe(streams);
  server.restore();
  clock.advance(40_000);
  await server.stream(1);
});
