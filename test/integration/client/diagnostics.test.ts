import { expect, it } from "vitest";
import { VERSION } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, until } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createMapStorage } from "./support";

it("exports versions, options in force, states, counters and transitions as plain JSON", async () => {
  const server = await startRollgateServer({ beta: true, gamma: false });
  const client = createClient(server, { retry: { maxRetries: 7 }, telemetry: {} });
  await client.init({ id: "ann" });
  client.isEnabled("beta");
  client.track({ flagKey: "beta", eventName: "seen" });
  client.setOverride("beta", false);
  const report = client.exportDiagnostics();
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(report).toMatchObject({
    format: "rollgate-diagnostics",
    sdk: VERSION,
    runtime: `node ${process.version}`,
    config: { baseUrl: server.url, logLevel: "silent", retry: { maxRetries: 7, baseDelayMs: 100 } },
    state: { ...client.getState() },
    flags: { count: 2, mode: "remote", source: "network", stale: false, overrides: 1 },
    circuit: client.getCircuitStats(),
    cache: client.getCacheStats(),
    events: { accepted: 1, pending: 1, delivered: 0 },
    telemetry: { flagCount: 1, evaluationCount: 1 },
    errors: [],
    transitions: client.getTransitions(),
  });
  expect(report.flags.updatedAt).toBeGreaterThan(0);
  expect(report.flags.version).toBe(client.getVersion());
});

it("says before init that there is nothing", () => {
  const client = createClient({ url: "http://127.0.0.1:9" });
  expect(client.exportDiagnostics()).toMatchObject({
    state: { client: "idle" },
    flags: { count: 0 },
    transitions: [],
  });
});

it("holds no key, user, flag, path, object of the app or text of a server", async () => {
  const server = await startRollgateServer({ "canary-flag": true });
  const client = createClient(server, {
    apiKey: "canary-key",
    bootstrap: { flags: { "canary-bootstrap": true } },
    cache: { storage: createMapStorage(), persistPath: "/canary/path" },
    logger: Object.freeze({ name: "canary", debug() {}, info() {}, warn() {}, error() {} }),
  });
  client.on("flags_updated", () => {
    throw new Error("canary of a listener");
  });
  await client.init({ id: "canary-id", email: "canary@b.c", attributes: { canary: "canary" } });
  client.setOverride("canary-override", "canary");
  client.isEnabled("canary-flag");
  const metadata = { canary: "canary" };
  client.track({ flagKey: "canary-flag", eventName: "canary", metadata });
  const told = nextEvent(client, "error");
  server.answerOnce("flags", {
    status: 400,
    body: { error: { code: "CANARY_CODE", message: "canary text" } },
  });
  await client.refresh().catch(() => {});
  await told;
  const report = client.exportDiagnostics();
  expect(report.errors.map(({ name, code, statusCode }) => [name, code ?? statusCode])).toEqual([
    ["RollgateError", "LISTENER_FAILED"],
    ["ValidationError", 400],
  ]);
  expect(report.config).toMatchObject({
    apiKey: "[given]",
    bootstrap: "[given]",
    logger: "[given]",
    cache: { storage: "[given]", persistPath: "[given]", ttlMs: 300_000 },
  });
  expect(JSON.stringify(report)).not.toMatch(/canary/i);
});

it("remembers the last 20 errors and when they came", async () => {
  const server = await startRollgateServer();
  const client = createClient(server);
  await client.init();
  const before = Date.now();
  for (let i = 0; i < 25; i++) client.track({ flagKey: "", eventName: "seen", userId: "ann" });
  await until(() => client.getEventStats().refused === 25);
  const { errors } = client.exportDiagnostics();
  expect(errors).toHaveLength(20);
  expect(errors[0]).toMatchObject({ name: "ValidationError", category: "validation" });
  expect(errors[19]?.at).toBeGreaterThanOrEqual(before);
});
