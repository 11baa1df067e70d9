import { expect, it } from "vitest";
import type { RollgateConfig } from "../../../src";
import { createClient } from "../../support/client";
import { recordEvents } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage } from "../client/support";
import { event, names } from "../delivery/support";
import { rejection } from "../http/support";

const TTL_MS = 300_000;
const HOUR_MS = 3_600_000;
/** Nothing by itself, as docs/serverless.md recommends it. */
const ON_DEMAND = {
  refreshIntervalMs: 0,
  tracking: { flushIntervalMs: 0 },
  telemetry: { flushIntervalMs: 0 },
} as const;

/** A process that has answered one call. */
async function answered(config: Partial<RollgateConfig> = {}) {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const all = { clock, random: () => 0.5, ...ON_DEMAND, ...config };
  const client = createClient(server, all);
  await client.init({ id: "ann" });
  const call = async (name: string) => {
    client.isEnabled("beta");
    client.track(event(name));
    await client.flush();
  };
  await call("first");
  return { clock, server, client, call };
}

it("leaves no timer but that of the flags' age", async () => {
  const { clock, server, client } = await answered({ cache: { storage: createMapStorage() } });
  expect([names(server), server.count("telemetry")]).toEqual([[["first"]], 1]);
  expect(clock.pending()).toEqual([TTL_MS]);
  const { nextFlushAt, nextReportAt, nextPollAt } = client.getState();
  expect([nextFlushAt, nextReportAt, nextPollAt]).toEqual([undefined, undefined, undefined]);
});

it("leaves no timer of a delivery that failed, either: the next flush is the next attempt", async () => {
  const { clock, server, call } = await answered();
  server.answerOnce("events", { status: 500 });
  server.answerOnce("telemetry", { status: 500 });
  await call("second");
  expect(clock.pending()).toEqual([TTL_MS]);
  await call("third");
  expect(names(server)).toEqual([["first"], ["second"], ["second", "third"]]);
  expect(server.count("telemetry")).toBe(3);
});

it("after a Retry-After leaves the hold's timer, whose end asks for flags and sends nothing else", async () => {
  const { clock, server, client, call } = await answered();
  server.answerOnce("events", { status: 503, headers: { "retry-after": "60" } });
  await call("second");
  expect(clock.pending()).toEqual([60_000, TTL_MS]);
  const before = server.requests().length;
  clock.advance(60_000);
  expect([client.getState().hold, clock.pending()]).toEqual(["free", [30_000, TTL_MS]]);
  clock.advance(30_000);
  await client.flush();
  const sent = server.requests().slice(before);
  expect(sent.map(({ route }) => route)).toEqual(["flags", "events"]);
  expect(names(server).at(-1)).toEqual(["second"]);
  expect(clock.pending()).toEqual([TTL_MS]);
  await call("third");
});

it("without flags leaves the timer that heals, and the next flush waits for what that began", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  server.answerOnce("flags", { status: 500 });
  const client = createClient(server, { clock, ...ON_DEMAND });
  await rejection(client.init());
  await client.flush();
  expect(clock.pending()).toEqual([30_000]);
  clock.advance(30_000);
  await client.flush();
  expect([client.isEnabled("beta"), clock.pending()]).toEqual([true, [TTL_MS]]);
});

it("asks once after a long freeze, sends nothing else, and the next flush waits for the answer", async () => {
  const { clock, server, client, call } = await answered();
  server.flags = { beta: false };
  const before = server.count("flags");
  clock.sleep(HOUR_MS);
  await call("second");
  expect(client.isEnabled("beta", true)).toBe(false);
  expect(server.count("flags") - before).toBe(1);
  expect(names(server)).toEqual([["first"], ["second"]]);
  expect(clock.pending()).toEqual([TTL_MS]);
});

it("does not believe after a freeze that its flags are young", async () => {
  const { clock, client } = await answered({ maxStalenessMs: HOUR_MS });
  const heard = recordEvents(client, "flags_stale");
  clock.sleep(TTL_MS + 6_000);
  clock.advance(500);
  expect(client.isEnabledDetail("beta").stale).toBe(true);
  expect(heard.of("flags_stale")).toHaveLength(1);
});

it("with the usual intervals leaves the timer of the next report, too, which sends nothing by itself", async () => {
  const { clock, server, client } = await answered({ tracking: {}, telemetry: {} });
  expect(clock.pending()).toEqual([60_000, TTL_MS]);
  const before = server.requests().length;
  clock.advance(60_000);
  await client.flush();
  expect(server.requests()).toHaveLength(before);
  expect(clock.pending()).toEqual([60_000, TTL_MS]);
});

it("sends full batches and those that close() asks for also without an interval", async () => {
  const { server, client } = await answered({ tracking: { flushIntervalMs: 0, maxBufferSize: 2 } });
  client.track(event("one"));
  expect(client.getState().tracking).toBe("buffering");
  client.track(event("two"));
  await server.request("events", 2);
  client.track(event("three"));
  client.isEnabled("beta");
  await client.close();
  expect(names(server)).toEqual([["first"], ["one", "two"], ["three"]]);
  expect(server.count("telemetry")).toBe(2);
});

it("after being offline or refused sends nothing by itself without an interval", async () => {
  const { server, client, call } = await answered();
  client.setOffline(true);
  await call("second");
  client.setOffline(false);
  await client.refresh();
  expect(names(server)).toEqual([["first"]]);
  await client.flush();
  expect(names(server)).toEqual([["first"], ["second"]]);
});

it("a fetch that hangs when the time to flush is over is given up after the freeze and made anew", async () => {
  const { clock, server, client, call } = await answered({ retry: { maxRetries: 1 } });
  const gate = createGate();
  server.answerOnce("flags", { gate });
  const refreshed = client.refresh();
  await server.request("flags", 2);
  const flushed = client.flush();
  await clock.timer(500);
  clock.advance(500);
  await flushed;
  clock.sleep(HOUR_MS);
  clock.advance(500);
  await clock.timer((ms) => ms <= 110);
  clock.advance(110);
  await refreshed;
  await call("second");
  expect(server.count("flags")).toBe(3);
  gate.open();
});
