import { expect, it } from "vitest";
import { VERSION } from "../../../src";
import { API_KEY, createClient } from "../../support/client";
import { recordEvents } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createMapStorage } from "../client/support";

const CANARY = "canary-4711";
const user = (n: number) => ({
  id: `${CANARY}-${n}`,
  email: `${CANARY}@example.com`,
  attributes: { plan: `${CANARY}-plan-${n}` },
});
const FAULTS = [
  { status: 400 },
  { status: 401 },
  { status: 404 },
  { status: 413 },
  { status: 429, headers: { "Retry-After": "0" } },
  { status: 500 },
  { body: "{" },
  { body: { flags: [] } },
  { delivery: "reset" },
] as const;

it("says nothing of users, attributes, metadata and the key in logs, errors, transitions, states and reports", async () => {
  const server = await startRollgateServer({ beta: true });
  const said: unknown[] = [];
  const log = (...line: unknown[]) => void said.push(line);
  const client = createClient(server, {
    logger: { debug: log, info: log, warn: log, error: log },
    logLevel: "debug",
    enableStreaming: true,
    telemetry: {},
    cache: { storage: createMapStorage() },
    tracking: { persist: true },
    circuitBreaker: { failureThreshold: 1_000, recoveryTimeoutMs: 20 },
    stream: { reconnectBaseDelayMs: 2, reconnectMaxDelayMs: 4 },
  });
  const events = recordEvents(client);
  client.onTransition((transition) => said.push(transition));
  await client.init(user(0));
  await server.stream(1);
  for (const [n, fault] of FAULTS.entries()) {
    for (const route of ["flags", "identify", "stream", "events", "telemetry"] as const) {
      server.answerOnce(route, fault);
    }
    client.isEnabled("beta", false, user(n));
    client.track({ flagKey: "beta", eventName: "seen", metadata: { canary: CANARY } });
    client.track({ flagKey: "beta", eventName: "seen", metadata: { canary: CANARY, big: 1n } });
    await Promise.allSettled([
      client.identify(user(n + 1)),
      client.refresh(),
      client.flushEvents(),
      client.flushTelemetry(),
      client.identify({ id: "", email: CANARY }),
      client.identify({ id: CANARY, attributes: { list: [CANARY] as never } }),
    ]);
    said.push(client.getState(), client.exportDiagnostics());
  }
  await client.close();
  said.push(client.getTransitions(), client.exportDiagnostics());
  for (const { name, code, message } of events.of("error")) said.push([name, code, message]);
  const text = JSON.stringify(said);
  expect(text).toContain(VERSION);
  expect(text).toContain("INVALID_USER");
  expect(text).not.toContain(CANARY);
  expect(text).not.toContain(API_KEY);
});
