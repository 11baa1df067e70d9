import { expect, it } from "vitest";
import { createClient } from "../../support/client";
import { nextEvent, untilState } from "../../support/events";
import {
  createGate,
  type RollgateServer,
  startRollgateServer,
} from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { rejection } from "../http/support";

const OFFLINE = { name: "RollgateError", code: "OFFLINE", category: "network", retryable: true };
const EVENT = { flagKey: "beta", eventName: "seen", userId: "ann" };
const total = (server: RollgateServer) => server.requests().length;

it("makes no request while offline, whatever is asked or due, and serves on", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    clock,
    refreshIntervalMs: 1_000,
    enableStreaming: true,
    telemetry: {},
  });
  await client.init();
  await server.stream(1);
  client.setOffline(true);
  const before = total(server);
  client.isEnabled("beta");
  client.track(EVENT);
  expect(await rejection(client.refresh())).toMatchObject(OFFLINE);
  expect(await rejection(client.identify({ id: "bob" }))).toMatchObject(OFFLINE);
  expect(await rejection(client.flushEvents())).toMatchObject(OFFLINE);
  expect(await rejection(client.flushTelemetry())).toMatchObject(OFFLINE);
  clock.advance(300_000);
  expect(total(server)).toBe(before);
  client.setOffline(false);
  await client.flushEvents();
});

it("aborts a GET under way, and its caller hears of being offline", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  await client.init();
  server.answerOnce("flags", { gate: createGate() });
  const failed = rejection(client.refresh());
  const request = await server.request("flags", 2);
  client.setOffline(true);
  expect(await failed).toMatchObject(OFFLINE);
  expect(await request.ended).toBe("aborted");
  expect(client.isEnabled("beta")).toBe(true);
});

it("closes the stream", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { enableStreaming: true });
  await client.init();
  const stream = await server.stream(1);
  client.setOffline(true);
  await stream.closed;
  expect(client.getState().connection).toBe("suspended");
});

it("lets a POST that was sent finish", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  await client.init();
  const gate = createGate();
  server.answerOnce("events", { gate });
  client.track(EVENT);
  const flushed = client.flushEvents();
  const request = await server.request("events", 1);
  client.setOffline(true);
  expect(client.getState().tracking).toBe("flushing");
  gate.open();
  await flushed;
  expect(await request.ended).toBe("answered");
  expect(client.getEventStats()).toMatchObject({ delivered: 1 });
});

it("lets an identify that was sent finish", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  await client.init();
  const gate = createGate();
  server.answerOnce("identify", { gate });
  const identified = rejection(client.identify({ id: "bob" }));
  const request = await server.request("identify", 1);
  client.setOffline(true);
  expect(client.getState().refresh).toMatch(/^identifying\b/);
  gate.open();
  expect(await identified).toMatchObject(OFFLINE);
  expect(await request.ended).toBe("answered");
});

it("rejects an identify also when that user's flags are remembered, and serves them", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  await client.init({ id: "ann" });
  await client.identify({ id: "bob" });
  client.setOffline(true);
  expect(await rejection(client.identify({ id: "ann" }))).toMatchObject(OFFLINE);
  expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
});

it("rejects an init with nothing in hand, and becomes ready by itself when back online", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  client.setOffline(true);
  expect(await rejection(client.init())).toMatchObject(OFFLINE);
  expect(server.requests()).toEqual([]);
  const ready = nextEvent(client, "ready");
  client.setOffline(false);
  await ready;
  expect(client.isEnabled("beta")).toBe(true);
});

it("resolves an init with what is in hand", async () => {
  const server = await startRollgateServer();
  const client = createClient(server, { bootstrap: { flags: { beta: true } } });
  client.setOffline(true);
  await client.init();
  expect(client.isEnabled("beta")).toBe(true);
  expect(server.requests()).toEqual([]);
});

it("refreshes once on return, opens the stream again and sends what waited", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { enableStreaming: true });
  await client.init();
  await server.stream(1);
  client.setOffline(true);
  client.track(EVENT);
  await rejection(client.flushEvents());
  const before = server.count("flags");
  const flushed = nextEvent(client, "events_flushed");
  server.flags = { beta: false };
  const changed = nextEvent(client, "flag_changed");
  client.setOffline(false);
  client.setOffline(false);
  expect(await changed).toMatchObject({ key: "beta", value: false });
  expect(await flushed).toEqual({ count: 1 });
  await server.stream(2);
  expect(server.count("flags")).toBe(before + 1);
});

it("remembers to identify the user who came while offline", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  await client.init();
  client.setOffline(true);
  await rejection(client.identify({ id: "bob" }));
  expect(client.isEnabledDetail("beta").reason).toMatchObject({ errorKind: "CLIENT_NOT_READY" });
  client.setOffline(false);
  await server.request("identify", 1);
  await untilState(client, ({ refresh }) => refresh.startsWith("idle"));
  expect(server.requests("flags").at(-1)?.query.get("user_id")).toBe("bob");
  expect(client.isEnabled("beta")).toBe(true);
});
