import { expect, it } from "vitest";
import { nextEvent, until, untilState } from "../../support/events";
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
