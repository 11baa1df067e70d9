import { expect, it } from "vitest";
import { CircuitOpenError, ServerError } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, recordEvents, until, untilState } from "../../support/events";
import { type Answer, createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { rejection } from "../http/support";
import { brokenClient, readyClient } from "./support";

const OUTAGES: readonly (readonly [string, Answer])[] = [
  ["a 500", { status: 500 }],
  ["a 503", { status: 503 }],
  ["a 408", { status: 408 }],
  ["a 429", { status: 429 }],
  ["a reset connection", { delivery: "reset" }],
  ["invalid JSON", { body: "{" }],
  ["the wrong shape", { body: { flags: [] } }],
  ["an unasked 304", { status: 304 }],
  ["a redirect", { status: 302, headers: { Location: "/elsewhere" } }],
];
const NO_OUTAGES = [400, 401, 403, 404, 405, 413, 418];

it.each(OUTAGES)("counts %s as a failure", async (_, answer) => {
  const { server, client } = await readyClient();
  server.answerOnce("flags", answer);
  await rejection(client.refresh());
  expect(client.getCircuitStats()).toMatchObject({ state: "closed", failures: 1 });
});

it.each(NO_OUTAGES)("does not count a %d", async (status) => {
  const { server, client } = await readyClient();
  server.answerOnce("flags", { status });
  await rejection(client.refresh());
  expect(client.getCircuitStats()).toEqual({
    state: "closed",
    failures: 0,
    halfOpenSuccesses: 0,
  });
});

it("counts a timeout as a failure", async () => {
  const { server, client, clock } = await readyClient({ timeoutMs: 250 });
  server.answerOnce("flags", { gate: createGate() });
  const failed = rejection(client.refresh());
  await server.request("flags", 2);
  clock.advance(250);
  await failed;
  expect(client.getCircuitStats().failures).toBe(1);
});

it("does not count what the client itself aborted", async () => {
  const { server, client } = await readyClient();
  for (const leave of [
    () => client.identify({ id: "bob" }),
    () => Promise.resolve(client.setOffline(true)),
  ]) {
    const nth = server.count("flags") + 1;
    server.answerOnce("flags", { gate: createGate() });
    void client.refresh();
    const request = await server.request("flags", nth);
    await leave();
    expect(await request.ended).toBe("aborted");
  }
  expect(client.getCircuitStats().failures).toBe(0);
});

it("counts each attempt, retries included, and opens in the middle of them", async () => {
  const server = await startRollgateServer();
  server.answer("flags", { status: 500 });
  const client = createClient(server, {
    retry: { maxRetries: 9, baseDelayMs: 1, maxDelayMs: 1 },
    circuitBreaker: { failureThreshold: 4 },
  });
  expect(await rejection(client.init())).toBeInstanceOf(ServerError);
  expect(client.circuitState).toBe("open");
  expect(server.count("flags")).toBe(4);
});

it("does not let a success erase the failures of the window", async () => {
  const { server, client } = await readyClient({ circuitBreaker: { failureThreshold: 3 } });
  for (let n = 0; n < 2; n++) {
    server.answerOnce("flags", { status: 500 });
    await rejection(client.refresh());
    await client.refresh();
  }
  expect(client.getCircuitStats().failures).toBe(2);
  server.answerOnce("flags", { status: 500 });
  await rejection(client.refresh());
  expect(client.circuitState).toBe("open");
});

it("forgets failures that are older than monitoringWindowMs", async () => {
  const { server, client, clock } = await readyClient({
    circuitBreaker: { failureThreshold: 2, monitoringWindowMs: 1_000 },
  });
  server.answerOnce("flags", { status: 500 });
  await rejection(client.refresh());
  clock.advance(1_001);
  server.answerOnce("flags", { status: 500 });
  await rejection(client.refresh());
  expect(client.getCircuitStats()).toMatchObject({ state: "closed", failures: 1 });
});

it("tells what it counted when it opens, and when the next probe is due", async () => {
  const { server, client, clock } = await readyClient();
  const opened = nextEvent(client, "circuit_open");
  server.answer("flags", { status: 500 });
  await rejection(client.refresh());
  await rejection(client.refresh());
  expect(await opened).toEqual({
    state: "open",
    failures: 2,
    halfOpenSuccesses: 0,
    lastFailureTime: clock.now(),
    nextProbeAt: clock.now() + 60_000,
  });
  expect(client.getState()).toMatchObject({ circuit: "open", nextProbeAt: clock.now() + 60_000 });
});

it("rejects a refresh at once while open, without a request, the flags serving on", async () => {
  const { server, client, clock } = await brokenClient();
  const before = server.count("flags");
  clock.advance(20_000);
  const error = await rejection(client.refresh());
  expect(error).toBeInstanceOf(CircuitOpenError);
  expect(error).toMatchObject({ retryAfterMs: 40_000, code: "CIRCUIT_OPEN", retryable: true });
  expect(client.isEnabled("beta")).toBe(true);
  expect(server.count("flags")).toBe(before);
});

it("lets no request for flags leave while open: no poll, no identify, no stream's wish", async () => {
  const { server, client, clock } = await brokenClient({
    refreshIntervalMs: 1_000,
    enableStreaming: true,
  });
  const before = [server.count("flags"), server.count("identify")];
  const stream = await server.stream(1);
  stream.event("flag-changed", { key: "beta", enabled: true });
  await until(() => client.getTransitions().some(({ event }) => event === "stream.opened"));
  await rejection(client.identify({ id: "bob" }));
  clock.advance(59_000);
  expect([server.count("flags"), server.count("identify")]).toEqual(before);
});

it("serves an identified user from the cache while open, and rejects when there is nothing", async () => {
  const { server, client } = await readyClient();
  await client.identify({ id: "ann" });
  await client.identify({ id: "bob" });
  server.answerOnce("flags", { status: 500 }, { status: 500 });
  await rejection(client.refresh());
  await rejection(client.refresh());
  await client.identify({ id: "ann" });
  expect(client.isEnabledDetail("beta").source).toBe("cache");
  expect(await rejection(client.identify({ id: "eve" }))).toBeInstanceOf(CircuitOpenError);
  expect(client.isEnabledDetail("beta").reason).toEqual({
    kind: "ERROR",
    errorKind: "CLIENT_NOT_READY",
  });
});

it("closes at resetCircuit and asks the server again", async () => {
  const { client } = await brokenClient();
  const log = recordEvents(client, "circuit_closed");
  client.resetCircuit();
  expect(client.getCircuitStats()).toMatchObject({ state: "closed", failures: 0 });
  expect(log.names).toEqual(["circuit_closed"]);
  await client.refresh();
});

it("heals with polling disabled: after an opened circuit it asks at recoveryTimeoutMs", async () => {
  const { server, client, clock } = await brokenClient();
  server.flags = { beta: false };
  const nth = server.count("flags");
  const changed = nextEvent(client, "flag_changed");
  clock.advance(60_000);
  await server.request("flags", nth + 1);
  expect(await changed).toEqual({ key: "beta", value: false, previous: true });
});

it("heals with polling disabled: after a failed init it asks at recoveryTimeoutMs until it is ready", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  server.answerOnce("flags", { status: 500 }, { status: 404 });
  const client = createClient(server, { clock, circuitBreaker: { recoveryTimeoutMs: 45_000 } });
  await rejection(client.init());
  await clock.timer(45_000);
  clock.advance(44_999);
  expect(server.count("flags")).toBe(1);
  clock.advance(1);
  await server.request("flags", 2);
  await clock.timer(45_000);
  const ready = nextEvent(client, "ready");
  await untilState(client, ({ connection }) => connection === "manual.healing");
  clock.advance(45_000);
  await ready;
  expect(client.isReady).toBe(true);
});

it("keeps tracking and telemetry out of the breaker", async () => {
  const { server, client } = await readyClient({
    circuitBreaker: { failureThreshold: 1 },
    telemetry: {},
    tracking: { flushIntervalMs: 1_000 },
  });
  server.answerOnce("events", { status: 500 });
  server.answerOnce("telemetry", { status: 500 });
  client.isEnabled("beta");
  client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
  await rejection(client.flushEvents());
  await rejection(client.flushTelemetry());
  expect(client.getCircuitStats()).toEqual({ state: "closed", failures: 0, halfOpenSuccesses: 0 });
  await client.flushEvents();
  await client.flushTelemetry();
});

it("delivers events and counts while the circuit is open", async () => {
  const { client } = await brokenClient({ telemetry: {} });
  client.isEnabled("beta");
  client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
  await client.flushEvents();
  await client.flushTelemetry();
  expect(client.circuitState).toBe("open");
  expect(client.getEventStats().delivered).toBe(1);
});
