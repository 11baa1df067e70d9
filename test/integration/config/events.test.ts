import { expect, it } from "vitest";
import { RollgateError } from "../../../src";
import { createClient } from "../../support/client";
import { EVENT_NAMES, nextEvent, recordEvents, untilState } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { rejection } from "../http/support";

const EVENT = { flagKey: "beta", eventName: "seen", userId: "ann" };

it("tells a whole life by its events, each with its payload and none left out", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    clock,
    random: () => 0.5,
    refreshIntervalMs: 600_000,
    cache: { ttlMs: 100_000 },
    circuitBreaker: { failureThreshold: 1, successThreshold: 1, recoveryTimeoutMs: 10_000 },
    tracking: { maxQueueSize: 1 },
  });
  const log = recordEvents(client);
  const told = new Set<string>();
  for (const name of EVENT_NAMES) client.on(name, () => void told.add(name));
  await client.init();
  expect(log.entries).toEqual([
    ["connection_changed", { from: "off", to: "polling" }],
    ["flag_changed", { key: "beta", value: true, previous: undefined }],
    ["flags_updated", { beta: true }],
    ["ready", undefined],
  ]);
  log.clear();

  server.flags = { gamma: false };
  await client.refresh();
  expect(log.entries).toEqual([
    ["flag_changed", { key: "gamma", value: false, previous: undefined }],
    ["flag_changed", { key: "beta", value: undefined, previous: true }],
    ["flags_updated", { gamma: false }],
  ]);
  log.clear();

  await client.refresh();
  expect(log.entries).toEqual([]);

  clock.advance(100_000);
  expect(log.entries).toEqual([["flags_stale", { gamma: false }]]);
  log.clear();

  server.answerOnce("flags", { status: 500 });
  await rejection(client.refresh());
  const closed = nextEvent(client, "circuit_closed");
  clock.advance(10_000);
  await closed;
  expect(log.names.filter((name) => name !== "error")).toEqual([
    "circuit_open",
    "circuit_half_open",
    "circuit_closed",
  ]);
  expect(log.of("error")).toEqual([expect.any(RollgateError)]);
  log.clear();

  client.track(EVENT);
  client.track(EVENT);
  await client.flushEvents();
  expect(log.entries).toEqual([
    ["events_dropped", { count: 1, reason: "overflow" }],
    ["events_flushed", { count: 1 }],
  ]);
  log.clear();

  await client.close();
  expect(log.entries).toEqual([
    ["connection_changed", { from: "polling", to: "closed" }],
    ["closed", undefined],
  ]);

  const local = createClient(server, { enableStreaming: true });
  const updated = nextEvent(local, "rules_updated");
  for (const name of ["rule_changed", "rules_updated"] as const) {
    local.on(name, () => void told.add(name));
  }
  await local.init();
  (await server.stream(1)).event("rules-full", {
    version: "v7",
    flags: { beta: { enabled: true, rollout: 100 } },
  });
  expect(await updated).toBe("v7");
  expect([...told].sort()).toEqual([...EVENT_NAMES].sort());
});

it("unsubscribes by what on returns, by off, and after once", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  const heard: string[] = [];
  const stop = client.on("flags_updated", () => void heard.push("on"));
  const off = () => void heard.push("off");
  client.on("flags_updated", off);
  client.once("flags_updated", () => void heard.push("once"));
  await client.init();
  stop();
  client.off("flags_updated", off);
  server.flags = { beta: false };
  await client.refresh();
  expect(heard).toEqual(["on", "off", "once"]);
});

it("delivers an event to everyone before the one that a listener caused", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  const heard: string[] = [];
  client.on("flag_changed", ({ key }) => {
    heard.push(`first ${key}`);
    if (key === "beta") client.setOverride("local", true);
  });
  client.on("flag_changed", ({ key }) => void heard.push(`second ${key}`));
  await client.init();
  expect(heard).toEqual(["first beta", "second beta", "first local", "second local"]);
});

it("tells of a connection that changes: streaming, lost, suspended, back", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    enableStreaming: true,
    stream: { reconnectBaseDelayMs: 1, reconnectMaxDelayMs: 2 },
  });
  const log = recordEvents(client, "connection_changed");
  await client.init();
  const stream = await server.stream(1);
  await untilState(client, ({ connection }) => connection === "streaming.open");
  stream.drop();
  await server.stream(2);
  await untilState(client, ({ connection }) => connection === "streaming.open");
  client.setOffline(true);
  const states = log.of("connection_changed").map(({ to }) => to);
  expect(states).toEqual([
    "streaming.connecting",
    "streaming.open",
    "streaming.backingOff",
    "streaming.connecting",
    "streaming.open",
    "suspended",
  ]);
  for (const [index, { from }] of log.of("connection_changed").entries()) {
    expect(from).toBe(index === 0 ? "off" : states[index - 1]);
  }
});
