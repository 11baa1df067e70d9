import { expect, it } from "vitest";
import type { RollgateConfig } from "../../../src";
import { createClient } from "../../support/client";
import { until } from "../../support/events";
import {
  createGate,
  type RollgateServer,
  startRollgateServer,
} from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { rejection } from "../http/support";

interface Report {
  readonly evaluations: Record<string, { total: number; true: number; false: number }>;
  readonly period_ms: number;
}

const reports = (server: RollgateServer) =>
  server.requests("telemetry").map((request) => request.json() as Report);
const evaluations = (server: RollgateServer) => reports(server).map((report) => report.evaluations);

async function readyClient(config: Partial<RollgateConfig> = {}) {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true, gamma: false });
  const client = createClient(server, { clock, random: () => 0.5, telemetry: {}, ...config });
  await client.init();
  return { clock, server, client };
}

it("counts each evaluation of a known flag once, whichever method made it", async () => {
  const { server, client } = await readyClient();
  client.isEnabled("beta");
  client.isEnabledDetail("beta");
  client.getValue("beta", false);
  client.getValueDetail("beta", false);
  client.isEnabled("gamma");
  client.getString("gamma", "");
  client.getNumberDetail("gamma", 0);
  client.getJson("gamma", null);
  expect(client.getTelemetryStats()).toEqual({ flagCount: 2, evaluationCount: 8 });
  await client.flushTelemetry();
  expect(evaluations(server)).toEqual([
    { beta: { total: 4, true: 4, false: 0 }, gamma: { total: 4, true: 0, false: 4 } },
  ]);
  expect(client.getTelemetryStats()).toEqual({ flagCount: 0, evaluationCount: 0 });
});

it("does not count unknown flags, getAllFlags or a per-call user without rules", async () => {
  const { server, client } = await readyClient();
  client.isEnabled("unknown");
  client.isEnabledDetail("unknown", true);
  client.getAllFlags();
  client.isEnabled("beta", false, { id: "bob" });
  expect(client.getTelemetryStats()).toEqual({ flagCount: 0, evaluationCount: 0 });
  await client.flushTelemetry();
  expect(server.count("telemetry")).toBe(0);
});

it("counts a typed flag as true when it is on", async () => {
  const flag = (type: string, value: unknown, enabled: boolean) => ({ type, value, enabled });
  const { server, client } = await readyClient({ typedFlags: true, bootstrap: { flags: {} } });
  server.flags = {
    text: { key: "text", ...flag("string", "hi", true) },
    none: { key: "none", ...flag("number", false, false) },
    zero: { key: "zero", ...flag("number", 0, true) },
  };
  await client.refresh();
  client.getString("text", "");
  client.getNumber("none", 1);
  client.getNumber("zero", 1);
  client.getNumber("text", 1);
  await client.flushTelemetry();
  expect(evaluations(server)).toEqual([
    {
      text: { total: 2, true: 2, false: 0 },
      none: { total: 1, true: 0, false: 1 },
      zero: { total: 1, true: 1, false: 0 },
    },
  ]);
});

it("counts a flag named __proto__", async () => {
  const { server, client } = await readyClient();
  server.answerOnce("flags", { body: '{"flags":{"__proto__":true}}' });
  await client.refresh();
  client.isEnabled("__proto__");
  await client.flushTelemetry();
  expect(server.requests("telemetry")[0]?.body).toContain(
    '"__proto__":{"total":1,"true":1,"false":0}',
  );
});

it("reports every flushIntervalMs, with the whole number of milliseconds it covers, never because there were many", async () => {
  const { server, client, clock } = await readyClient({ telemetry: { flushIntervalMs: 60_000 } });
  for (let n = 0; n < 100_000; n++) client.isEnabled("beta");
  clock.advance(59_999.5);
  expect(server.count("telemetry")).toBe(0);
  clock.advance(0.5);
  await server.request("telemetry", 1);
  await until(() => client.getTelemetryStats().evaluationCount === 0);
  client.isEnabled("gamma");
  clock.advance(60_000.4);
  await server.request("telemetry", 2);
  expect(reports(server)).toEqual([
    { evaluations: { beta: { total: 100_000, true: 100_000, false: 0 } }, period_ms: 60_000 },
    { evaluations: { gamma: { total: 1, true: 0, false: 1 } }, period_ms: 60_000 },
  ]);
});

it("sends no report when nothing was evaluated", async () => {
  const { server, client, clock } = await readyClient();
  clock.advance(60_000);
  clock.advance(60_000);
  await client.refresh();
  expect(server.count("telemetry")).toBe(0);
});

it.each([500, 429, 401, 408])("counts again what a report answered %d carried", async (status) => {
  const { server, client } = await readyClient();
  client.isEnabled("beta");
  server.answerOnce("telemetry", { status });
  await rejection(client.flushTelemetry());
  client.isEnabled("beta");
  client.isEnabled("gamma");
  expect(client.getTelemetryStats()).toEqual({ flagCount: 2, evaluationCount: 3 });
  if (status === 401) await client.refresh();
  await client.flushTelemetry();
  expect(evaluations(server).at(-1)).toEqual({
    beta: { total: 2, true: 2, false: 0 },
    gamma: { total: 1, true: 0, false: 1 },
  });
  expect(client.getTelemetryStats().evaluationCount).toBe(0);
});

it("covers the time of the failed report with the next one", async () => {
  const { server, client, clock } = await readyClient({ telemetry: { flushIntervalMs: 60_000 } });
  client.isEnabled("beta");
  server.answerOnce("telemetry", { status: 500 });
  clock.advance(7_000);
  await rejection(client.flushTelemetry());
  clock.advance(50);
  await client.flushTelemetry();
  expect(reports(server).map((report) => report.period_ms)).toEqual([7_000, 7_050]);
});

it("keeps what is evaluated while a report is under way for the next one", async () => {
  const { server, client } = await readyClient();
  const gate = createGate();
  server.answerOnce("telemetry", { gate });
  client.isEnabled("beta");
  const first = client.flushTelemetry();
  await server.request("telemetry", 1);
  client.isEnabled("gamma");
  gate.open();
  await first;
  await client.flushTelemetry();
  expect(evaluations(server)).toEqual([
    { beta: { total: 1, true: 1, false: 0 } },
    { gamma: { total: 1, true: 0, false: 1 } },
  ]);
});

it("reports what was counted before a flush also when a report is under way", async () => {
  const { server, client } = await readyClient();
  const gate = createGate();
  server.answerOnce("telemetry", { gate });
  client.isEnabled("beta");
  const first = client.flushTelemetry();
  await server.request("telemetry", 1);
  client.isEnabled("gamma");
  const second = client.flushTelemetry();
  gate.open();
  await Promise.all([first, second]);
  expect(client.getTelemetryStats().evaluationCount).toBe(0);
  expect(evaluations(server)).toEqual([
    { beta: { total: 1, true: 1, false: 0 } },
    { gamma: { total: 1, true: 0, false: 1 } },
  ]);
});

it("makes one report of many flushes at once", async () => {
  const { server, client } = await readyClient();
  client.isEnabled("beta");
  await Promise.all([client.flushTelemetry(), client.flushTelemetry(), client.flushTelemetry()]);
  expect(server.count("telemetry")).toBe(1);
});

it("covers the time since init, not since the client was made", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock, telemetry: {} });
  clock.advance(86_400_000);
  await client.init();
  clock.advance(7_000);
  client.isEnabled("beta");
  await client.flushTelemetry();
  expect(reports(server)[0]?.period_ms).toBe(7_000);
});

it("counts a flag that was removed meanwhile", async () => {
  const { server, client } = await readyClient();
  client.isEnabled("gamma");
  server.flags = { beta: true };
  await client.refresh();
  await client.flushTelemetry();
  expect(evaluations(server)).toEqual([{ gamma: { total: 1, true: 0, false: 1 } }]);
});

it("reports what is left on close", async () => {
  const { server, client } = await readyClient();
  client.isEnabled("beta");
  await client.close();
  expect(server.count("telemetry")).toBe(1);
});

it("counts and sends nothing when it is disabled", async () => {
  const { server, client } = await readyClient({ telemetry: { enabled: false } });
  client.isEnabled("beta");
  expect(client.getTelemetryStats()).toEqual({ flagCount: 0, evaluationCount: 0 });
  await client.flushTelemetry();
  await client.close();
  expect(server.count("telemetry")).toBe(0);
});
