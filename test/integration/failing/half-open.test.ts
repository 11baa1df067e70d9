import { expect, it } from "vitest";
import type { RollgateConfig } from "../../../src";
import { CircuitOpenError, type ServerError } from "../../../src";
import { nextEvent, until, untilState } from "../../support/events";
import { createGate } from "../../support/rollgate-server";
import { open, received } from "../client/streams";
import { rejection } from "../http/support";
import { brokenClient, probe, readyClient } from "./support";

it("goes half open by itself after recoveryTimeoutMs and sends one probe, without retries", async () => {
  const { server, client, clock } = await readyClient({
    retry: { maxRetries: 5, baseDelayMs: 1, jitterFactor: 0 },
  });
  server.answer("flags", { status: 500 });
  const failed = rejection(client.refresh());
  await untilState(client, ({ refresh }) => refresh === "retryWait");
  clock.advance(1);
  await failed;
  expect(client.circuitState).toBe("open");
  const before = server.count("flags");
  const halfOpen = nextEvent(client, "circuit_half_open");
  const opened = nextEvent(client, "circuit_open");
  clock.advance(59_999);
  expect(client.circuitState).toBe("open");
  clock.advance(1);
  await halfOpen;
  await opened;
  expect(client.getState().refresh).not.toBe("retryWait");
  expect(server.count("flags")).toBe(before + 1);
});

it("opens again for a full recoveryTimeoutMs when a probe fails", async () => {
  const { server, client, clock } = await brokenClient();
  const failing = await probe(server, clock, { status: 500 });
  const opened = nextEvent(client, "circuit_open");
  failing.answer();
  expect(await opened).toMatchObject({ nextProbeAt: clock.now() + 60_000 });
  clock.advance(59_999);
  expect(client.circuitState).toBe("open");
  clock.advance(1);
  expect(client.circuitState).toBe("half_open");
});

it("lets a refresh join the probe under way", async () => {
  const { server, client, clock } = await brokenClient();
  const first = await probe(server, clock);
  const refreshed = client.refresh();
  const nth = server.count("flags");
  first.answer();
  await refreshed;
  expect(server.count("flags")).toBe(nth);
  expect(client.getCircuitStats()).toMatchObject({ state: "half_open", halfOpenSuccesses: 1 });
});

it("lets an identify replace the probe under way, without outcome", async () => {
  const { server, client, clock } = await brokenClient();
  const first = await probe(server, clock);
  await client.identify({ id: "bob" });
  expect(await first.request.ended).toBe("aborted");
  expect(server.requests("flags").at(-1)?.query.get("user_id")).toBe("bob");
  expect(client.getCircuitStats()).toMatchObject({ state: "half_open", halfOpenSuccesses: 1 });
});

it("closes after successThreshold probes, the next one coming soon by itself", async () => {
  const { server, client, clock } = await brokenClient({
    refreshIntervalMs: 600_000,
    circuitBreaker: { failureThreshold: 2, recoveryTimeoutMs: 60_000, successThreshold: 3 },
  });
  const closed = nextEvent(client, "circuit_closed");
  const first = await probe(server, clock);
  const nth = server.count("flags");
  first.answer();
  for (const [index, wait] of [1_000, 2_000].entries()) {
    await until(() => client.getCircuitStats().halfOpenSuccesses === index + 1);
    clock.advance(wait - 1);
    expect(client.getState()).toMatchObject({ circuit: "half_open", refresh: "idle.resting" });
    expect(server.count("flags")).toBe(nth + index);
    clock.advance(1);
    await server.request("flags", nth + index + 1);
  }
  await closed;
  expect(client.getCircuitStats()).toMatchObject({ state: "closed", failures: 0 });
});

it("waits no longer for the next probe than refreshIntervalMs, also while the stream is open", async () => {
  const { server, client, clock } = await brokenClient({
    refreshIntervalMs: 200,
    enableStreaming: true,
  });
  await untilState(client, ({ connection }) => connection === "streaming.open");
  const first = await probe(server, clock);
  const nth = server.count("flags");
  first.answer();
  await until(() => client.getCircuitStats().halfOpenSuccesses === 1);
  clock.advance(199);
  expect(client.getState().refresh).toBe("idle.resting");
  clock.advance(1);
  await server.request("flags", nth + 1);
});

it("does not retry a probe, even if the server says that it may be", async () => {
  const { server, client, clock } = await readyClient({
    retry: { maxRetries: 5, baseDelayMs: 1, jitterFactor: 0 },
  });
  server.answerOnce("flags", { status: 500 }, { status: 500 });
  const broken = rejection(client.refresh());
  await untilState(client, ({ refresh }) => refresh === "retryWait");
  clock.advance(1);
  await broken;
  const body = { error: { code: "BUSY", message: "m", retryable: true } };
  const first = await probe(server, clock, { status: 404, body });
  const failed = nextEvent(client, "error");
  first.answer();
  expect(await failed).toMatchObject({ code: "BUSY", retryable: true });
  expect(client.getState()).toMatchObject({ circuit: "half_open", refresh: "idle.cooling" });
});

it("counts the success of a refresh between two probes", async () => {
  const { server, client, clock } = await brokenClient();
  const first = await probe(server, clock);
  first.answer();
  await until(() => client.getCircuitStats().halfOpenSuccesses === 1);
  await client.refresh();
  expect(client.circuitState).toBe("closed");
});

it("takes a 404 while half open for no outcome and asks again", async () => {
  const { server, client, clock } = await brokenClient();
  const first = await probe(server, clock, { status: 404 });
  first.answer();
  await untilState(client, ({ refresh }) => refresh.startsWith("idle"));
  expect(client.circuitState).toBe("half_open");
  const nth = server.count("flags");
  clock.advance(999);
  expect(client.getState().refresh).toBe("idle.resting");
  clock.advance(1);
  await server.request("flags", nth + 1);
});

/** A client with an open circuit, and everything that wishes for flags. */
async function besieged(config: Partial<RollgateConfig>) {
  const made = await brokenClient({
    refreshIntervalMs: 1_000,
    timeoutMs: 600_000,
    circuitBreaker: { failureThreshold: 2, recoveryTimeoutMs: 60_000, successThreshold: 3 },
    tracking: { flushIntervalMs: 1_000 },
    ...config,
  });
  const { server, client, clock } = made;
  const refreshes: Promise<unknown>[] = [];
  /** The app refreshes, a change is announced, polls fall due, and the machine sleeps for 7 s. */
  async function siege(): Promise<void> {
    for (let n = 0; n < 2; n++) refreshes.push(client.refresh().catch((error) => error));
    if (config.enableStreaming) {
      await untilState(client, open);
      const stream = await server.stream(server.count("stream"));
      await received(clock, () => stream.event("flag-changed", { key: "beta", enabled: true }));
    }
    // Its timer wakes the client 6 s late; a request for flags that is sent now is ahead of its POST.
    client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
    const posted = nextEvent(client, "events_flushed");
    clock.sleep(7_000);
    clock.advance(500);
    await posted;
  }
  /** How the calls of refresh so far ended. */
  const outcomes = () => Promise.all(refreshes.splice(0));
  return { ...made, siege, outcomes };
}

it.each<[string, Partial<RollgateConfig>]>([
  ["polls", {}],
  ["streams", { enableStreaming: true }],
])(
  "asks once at a time, whoever wishes for flags meanwhile, a client that %s",
  async (_, config) => {
    const { server, client, clock, siege, outcomes } = await besieged(config);
    const failing = await probe(server, clock, { status: 500 });
    const nth = server.count("flags");
    await siege();
    await siege();
    expect(client.getState()).toMatchObject({
      circuit: "half_open",
      refresh: "requesting",
    });
    expect(server.count("flags")).toBe(nth);

    const opened = nextEvent(client, "circuit_open");
    failing.answer();
    const { nextProbeAt = 0 } = await opened;
    const joined = await outcomes();
    expect(joined.map((error) => (error as ServerError).statusCode)).toEqual([500, 500, 500, 500]);
    for (let n = 0; n < 4; n++) await siege();
    expect((await outcomes()).every((error) => error instanceof CircuitOpenError)).toBe(true);
    clock.advance(nextProbeAt - clock.now() - 1);
    expect(client.circuitState).toBe("open");
    expect(server.count("flags")).toBe(nth);

    // The second half-open time: the probes are answered, one after the other.
    for (const [successes, again] of [
      () => clock.advance(1),
      () => void client.refresh(),
    ].entries()) {
      const gate = createGate();
      server.answerOnce("flags", { gate });
      again();
      await server.request("flags", nth + successes + 1);
      await siege();
      await siege();
      expect(server.count("flags")).toBe(nth + successes + 1);
      gate.open();
      expect(await outcomes()).toEqual([undefined, undefined, undefined, undefined]);
      expect(client.getCircuitStats()).toMatchObject({
        state: "half_open",
        halfOpenSuccesses: successes + 1,
      });
    }
  },
);
