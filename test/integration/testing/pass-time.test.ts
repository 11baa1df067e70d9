import { expect, it } from "vitest";
import { RollgateClient, TimeoutError } from "../../../src";
import { createFaultServer, createVirtualClock, passTime } from "../../../src/testing";
import { createClient } from "../../support/client";
import { createGate, startRollgateServer } from "../../support/rollgate-server";

const SLOWLY = {
  refreshIntervalMs: 600_000,
  retry: { maxRetries: 0, maxDelayMs: 600_000 },
  circuitBreaker: { recoveryTimeoutMs: 600_000 },
  telemetry: { enabled: false },
  logLevel: "silent",
} as const;

it("a day without a server, then recovery: flags and events are right", async () => {
  await using server = await createFaultServer({ flags: { beta: true } });
  const clock = createVirtualClock();
  const config = { apiKey: "key", baseUrl: server.url, clock, ...SLOWLY };
  await using client = await RollgateClient.start(config, { id: "u1" });
  const world = { clock, clients: [client], server };
  await server.refuse();
  const names = Array.from({ length: 100 }, (_, n) => `event ${n}`);
  for (const eventName of names) client.track({ flagKey: "beta", eventName });
  await passTime(86_400_000, world);
  expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: true });
  server.flags = { beta: false };
  await server.accept();
  await passTime(1_200_000, world);
  expect(client.isEnabledDetail("beta")).toMatchObject({ value: false, source: "network" });
  expect(server.eventBooks(names)).toMatchObject({ received: 100, missing: [], outOfOrder: [] });
});

it("stands still while a request is on its way", async () => {
  const server = await startRollgateServer({ beta: true });
  const clock = createVirtualClock();
  const client = createClient(server, { clock, refreshIntervalMs: 10_000, timeoutMs: 1_000 });
  await client.init();
  // As slow as it may be in real time, virtual time waits for it.
  server.answer("flags", { delayMs: 30, flags: { beta: false } });
  const started = clock.monotonic();
  await passTime(60_000, { clock, clients: [client] });
  expect(clock.monotonic() - started).toBe(60_000);
  expect(client.isEnabled("beta")).toBe(false);
  expect(client.getState().circuit).toBe("closed");
  expect(server.count("flags")).toBeGreaterThanOrEqual(6);
});

it("goes on when the server holds the answer back, so that time runs out for it", async () => {
  const server = await startRollgateServer({ beta: true });
  const clock = createVirtualClock();
  const client = createClient(server, { clock, timeoutMs: 5_000 });
  await client.init();
  server.answer("flags", { gate: createGate() });
  const failed = client.refresh().catch((error: unknown) => error);
  await server.request("flags", 2);
  await passTime(5_000, { clock, clients: [client], server });
  expect(await failed).toBeInstanceOf(TimeoutError);
});

it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("does not pass %d ms", async (ms) => {
  const clock = createVirtualClock();
  await expect(passTime(ms, { clock, clients: [] })).rejects.toThrow("passTime(ms)");
});
