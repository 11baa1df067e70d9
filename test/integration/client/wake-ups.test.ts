import { expect, it } from "vitest";
import { createClient } from "../../support/client";
import { nextEvent, until, untilState } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage } from "./support";

const EVENT = { flagKey: "beta", eventName: "seen", userId: "ann" };

it("plans nothing while there is nothing to wait for", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { enableStreaming: true });
  await client.init();
  await untilState(client, ({ freshness }) => freshness === "live");
  const times = Object.keys(client.getState()).filter((name) => /At$|Until$/.test(name));
  expect(times).toEqual([]);
});

it("names when fresh flags become stale, and stale ones expire, also after their age was checked", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    clock,
    cache: { ttlMs: 60_000 },
    maxStalenessMs: 100_000,
  });
  await client.init();
  const start = clock.now();
  expect(client.getState()).toMatchObject({ freshness: "fresh", staleAt: start + 60_000 });
  expect(client.getState()).not.toHaveProperty("expiresAt");
  clock.advance(59_999);
  expect(client.getState()).toMatchObject({ freshness: "fresh", staleAt: start + 60_000 });
  clock.advance(1);
  expect(client.getState()).toMatchObject({ freshness: "stale", expiresAt: start + 100_000 });
  expect(client.getState()).not.toHaveProperty("staleAt");
  clock.advance(40_000);
  expect(client.getState().freshness).toBe("expired");
  expect(client.getState()).not.toHaveProperty("expiresAt");
});

it("counts the age that stored flags came with", async () => {
  const clock = createVirtualClock();
  const storage = createMapStorage();
  const server = await startRollgateServer({ beta: true });
  const config = { clock, cache: { storage, ttlMs: 60_000 } };
  const first = createClient(server, config);
  await first.init();
  const fetched = clock.now();
  await first.close();
  clock.advance(20_000);
  server.answer("flags", { status: 500 });
  const second = createClient(server, config);
  await second.init();
  expect(second.getState()).toMatchObject({ freshness: "unconfirmed", staleAt: fetched + 60_000 });
});

it("names no end of stale flags that serve for ever", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock, cache: { ttlMs: 1_000 } });
  await client.init();
  clock.advance(1_000);
  expect(client.getState().freshness).toBe("stale");
  expect(client.getState()).not.toHaveProperty("expiresAt");
});

it("names when a failed fetch is tried again", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  server.answerOnce("flags", { status: 500 });
  const client = createClient(server, {
    clock,
    random: () => 0.5,
    retry: { maxRetries: 1, baseDelayMs: 700 },
  });
  const ready = client.init();
  await untilState(client, ({ refresh }) => refresh === "retryWait");
  expect(client.getState().nextAttemptAt).toBe(clock.now() + 700);
  clock.advance(700);
  await ready;
  expect(client.getState()).not.toHaveProperty("nextAttemptAt");
});

it("names when queued events are sent, and when a failed batch is tried again", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    clock,
    random: () => 0.5,
    tracking: { flushIntervalMs: 9_000 },
    retry: { baseDelayMs: 300 },
  });
  await client.init();
  expect(client.getState()).not.toHaveProperty("nextFlushAt");
  clock.advance(1_000);
  client.track(EVENT);
  const due = clock.now() + 9_000;
  expect(client.getState().nextFlushAt).toBe(due);
  clock.advance(2_000);
  client.track(EVENT);
  expect(client.getState().nextFlushAt).toBe(due);
  server.answerOnce("events", { status: 500 });
  clock.advance(7_000);
  await untilState(client, ({ tracking }) => tracking === "backingOff");
  expect(client.getState().nextFlushAt).toBe(clock.now() + 300);
  const flushed = nextEvent(client, "events_flushed");
  clock.advance(300);
  await flushed;
  expect(client.getState()).not.toHaveProperty("nextFlushAt");
});

it("names when counts of evaluations are reported", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock, telemetry: { flushIntervalMs: 20_000 } });
  await client.init();
  const { nextReportAt } = client.getState();
  expect(nextReportAt).toBe(clock.now() + 20_000);
  client.isEnabled("beta");
  clock.advance(20_000);
  await until(() => server.count("telemetry") === 1);
});
