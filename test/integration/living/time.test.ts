import { expect, it } from "vitest";
import { createClient } from "../../support/client";
import { nextEvent, until, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock, type VirtualClock } from "../../support/virtual-clock";

const DAY = 86_400_000;

/** Lets the network have its say without time moving. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Its tests close it themselves: unsent counts would keep it from closing once the server is gone. */
async function pollingClient() {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    clock,
    random: () => 0.5,
    refreshIntervalMs: 30_000,
    telemetry: {},
  });
  await client.init();
  await untilState(client, ({ refresh }) => refresh.startsWith("idle"));
  clock.advance(1_000);
  return { clock, server, client };
}

it("refreshes once, never in a burst, when the machine slept for a day", async () => {
  const { clock, server, client } = await pollingClient();
  client.isEnabled("beta");
  client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
  clock.sleep(DAY);
  await server.request("flags", 2);
  await settle();
  expect(server.count("flags")).toBe(2);
  await client.close();
});

it("takes a sleeping machine's flags for stale", async () => {
  const { clock, server, client } = await pollingClient();
  await server.refuse();
  const stale = nextEvent(client, "flags_stale");
  clock.sleep(DAY);
  expect(await stale).toEqual({ beta: true });
  expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: true });
  await server.accept();
  await client.close();
});

it.each([
  ["forward", DAY],
  ["back", -DAY],
])("stays calm when the wall clock jumps a day %s: one request per interval", async (_, jump) => {
  const { clock, server, client } = await pollingClient();
  clock.jump(jump);
  for (let n = 2; n <= 4; n++) {
    await step(clock, 30_000);
    await server.request("flags", n);
    await settle();
    expect(server.count("flags")).toBe(n);
  }
  expect(client.isEnabled("beta")).toBe(true);
  await client.close();
});

it("takes a timer that fires more than 5 s late for a return, and one that is less late for a timer", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock, telemetry: { flushIntervalMs: 60_000 } });
  await client.init();
  await untilState(client, ({ refresh }) => refresh.startsWith("idle"));
  clock.advance(1_000);
  clock.sleep(59_000 + 4_999);
  await settle();
  expect(server.count("flags")).toBe(1);
  clock.advance(1_000);
  clock.sleep(59_000 + 5_001);
  await server.request("flags", 2);
  await settle();
  expect(server.count("flags")).toBe(2);
});

it("counts what was answered while the machine slept: no event goes out twice, no fetch fails", async () => {
  const { clock, server, client } = await pollingClient();
  const gate = createGate();
  server.answerOnce("events", { gate, body: { received: 1 } });
  server.answerOnce("flags", { gate, flags: { beta: false } });
  client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
  const calls = Promise.all([client.flushEvents(), client.refresh()]);
  await Promise.all([server.request("events", 1), server.request("flags", 2)]);
  // The answers stand in line behind the timers that are due.
  clock.sleep(DAY);
  gate.open();
  await calls;
  expect(client.isEnabled("beta")).toBe(false);
  expect(client.getEventStats()).toMatchObject({ delivered: 1, pending: 0 });
  expect(server.count("events")).toBe(1);
  await client.close();
});

it("gives up what is still not answered half a second after the machine slept", async () => {
  const { clock, server, client } = await pollingClient();
  server.answerOnce("flags", { gate: createGate() });
  const refreshed = client.refresh();
  await server.request("flags", 2);
  clock.sleep(DAY);
  clock.advance(500);
  await expect(refreshed).rejects.toMatchObject({ code: "TIMEOUT" });
  await client.close();
});

it("notices a sleep also when the wall clock was put back meanwhile", async () => {
  const { clock, server, client } = await pollingClient();
  const stale = nextEvent(client, "flags_stale");
  await server.refuse();
  clock.jump(-2 * DAY);
  clock.sleep(DAY);
  expect(await stale).toEqual({ beta: true });
  expect(client.getTransitions().map(({ event }) => event)).toContain("clock.checked");
  await server.accept();
  await client.close();
});

it("takes flags for a day old when only the wall clock went on, as while a laptop sleeps", async () => {
  const { clock, server, client } = await pollingClient();
  await server.refuse();
  const stale = nextEvent(client, "flags_stale");
  clock.jump(DAY);
  clock.advance(30_000);
  expect(await stale).toEqual({ beta: true });
  await server.accept();
  await client.close();
});

it("opens a new stream after a sleep, for the old one may be dead", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock, enableStreaming: true });
  await client.init();
  const first = await server.stream(1);
  await untilState(client, ({ connection }) => connection === "streaming.open");
  clock.advance(1_000);
  clock.sleep(DAY);
  await first.closed;
  await server.stream(2);
  await settle();
  expect(server.count("stream")).toBe(2);
});

it("replaces its stream once after a sleep that timers do not count, however many were set before", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock, enableStreaming: true, telemetry: {} });
  await client.init();
  await server.stream(1);
  await untilState(client, ({ connection }) => connection === "streaming.open");
  await step(clock, 1_000);
  // Both set a timer that is due on its own after the sleep.
  client.isEnabled("beta");
  client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
  clock.jump(DAY);
  await step(clock, 120_000);
  await server.stream(2);
  await settle();
  expect(server.count("stream")).toBe(2);
  expect(client.getEventStats()).toMatchObject({ delivered: 1, pending: 0 });
});

it("lets an open circuit probe at once when its time passed in a sleep", async () => {
  const { clock, server, client } = await pollingClient();
  server.answer("flags", { status: 500 });
  while (client.circuitState === "closed") await client.refresh().catch(() => {});
  server.restore();
  const halfOpen = nextEvent(client, "circuit_half_open");
  clock.sleep(DAY);
  await halfOpen;
  await until(() => client.getCircuitStats().halfOpenSuccesses === 1);
});

it("withholds flags older than maxStalenessMs by the larger of wall and monotonic time", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock, maxStalenessMs: 3_600_000, telemetry: {} });
  await client.init();
  await server.refuse();
  clock.jump(-DAY);
  clock.advance(3_599_000);
  expect(client.isEnabled("beta")).toBe(true);
  clock.advance(2_000);
  expect(client.isEnabledDetail("beta").reason).toEqual({ kind: "ERROR", errorKind: "STALE" });
  await server.accept();
  await client.close();
});

/** Moves time in steps of a second, with the network between them. */
async function step(clock: VirtualClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    clock.advance(Math.min(1_000, left));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
