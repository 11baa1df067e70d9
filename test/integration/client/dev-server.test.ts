import { describe, expect, it } from "vitest";
import type { RollgateConfig } from "../../../src";
import type { DevServer, FlagDefinition } from "../../../src/dev-server";
import { createClient } from "../../support/client";
import { nextEvent, until, untilState } from "../../support/events";
import { serve } from "../dev-server/kit";
import { rejection } from "./support";

const PRO_ONLY: FlagDefinition = {
  enabled: true,
  rules: [
    { id: "pro", conditions: [{ attribute: "plan", operator: "equals", value: "pro" }] },
    { id: "ours", conditions: [{ attribute: "email", operator: "ends_with", value: "@us.io" }] },
  ],
  rollout: 0,
};

const FLAGS: Record<string, FlagDefinition> = {
  "pro-only": PRO_ONLY,
  everywhere: { enabled: true },
  off: { enabled: false },
  vip: { enabled: true, targetUsers: ["vip-1"], rollout: 0 },
};

const connect = (server: DevServer, config: Partial<RollgateConfig> = {}) =>
  createClient(server, { apiKey: "dev-key", ...config });

const WAYS: [string, Partial<RollgateConfig>][] = [
  ["polling", { refreshIntervalMs: 20 }],
  ["streaming", { enableStreaming: true }],
  ["streaming, without X-User-Context", { enableStreaming: true, userContextHeader: false }],
];

describe.each(WAYS)("against the dev server, %s", (_, config) => {
  it("init evaluates what targets attributes, with the reason", async () => {
    const client = connect(await serve(FLAGS), config);
    await client.init({ id: "u1", attributes: { plan: "pro" } });
    expect({ ...client.getAllFlags() }).toEqual({
      "pro-only": true,
      everywhere: true,
      off: false,
      vip: false,
    });
    expect(client.isEnabledDetail("pro-only").reason).toEqual({
      kind: "RULE_MATCH",
      ruleId: "pro",
      ruleIndex: 0,
      inRollout: true,
    });
    expect(client.isEnabledDetail("off").reason).toEqual({ kind: "OFF" });
  });

  it("identify with attributes turns a targeted flag on, and off again with others", async () => {
    const client = connect(await serve(FLAGS), config);
    await client.init({ id: "u1" });
    expect(client.isEnabled("pro-only")).toBe(false);
    await client.identify({ id: "u1", attributes: { plan: "pro" } });
    expect(client.isEnabled("pro-only")).toBe(true);
    await client.identify({ id: "u1", attributes: { plan: "free" } });
    expect(client.isEnabled("pro-only")).toBe(false);
    await client.identify({ id: "u1", email: "me@us.io", attributes: { plan: "free" } });
    expect(client.isEnabledDetail("pro-only").reason).toMatchObject({ ruleId: "ours" });
    await client.identify({ id: "u1" });
    expect(client.isEnabled("pro-only")).toBe(false);
  });

  it("identify targets another id, and reset nobody", async () => {
    const client = connect(await serve(FLAGS), config);
    await client.init({ id: "u1", attributes: { plan: "pro" } });
    await client.identify({ id: "vip-1" });
    expect({ ...client.getAllFlags() }).toMatchObject({ vip: true, "pro-only": false });
    expect(client.isEnabledDetail("vip").reason).toEqual({ kind: "TARGET_MATCH" });
    await client.reset();
    expect({ ...client.getAllFlags() }).toMatchObject({ vip: false, "pro-only": false });
  });

  it("a change of a flag reaches the client by itself", async () => {
    const server = await serve(FLAGS);
    const client = connect(server, config);
    await client.init({ id: "u1", attributes: { plan: "free" } });
    if (config.enableStreaming) {
      await untilState(client, ({ connection }) => connection === "streaming.open");
    }
    const changed = nextEvent(client, "flag_changed");
    server.updateFlag("off", { enabled: true });
    expect(await changed).toEqual({ key: "off", value: true, previous: false });
  });

  it("a flag that is turned off and on again ends up on", async () => {
    const server = await serve(FLAGS);
    const client = connect(server, config);
    await client.init({ id: "u1", attributes: { plan: "pro" } });
    for (let n = 0; n < 5; n++) {
      server.updateFlag("everywhere", { enabled: n % 2 === 1 });
    }
    await until(() => !client.isEnabled("everywhere"));
    server.updateFlag("everywhere", { enabled: true });
    await until(() => client.isEnabled("everywhere"));
  });
});

describe("against the dev server", () => {
  it("typed flags have their values", async () => {
    const server = await serve({
      banner: {
        enabled: true,
        type: "string",
        variations: [
          { id: "plain", value: "Hello" },
          { id: "pro", value: "Hello, pro" },
        ],
        defaultValue: "Off",
        rules: [
          {
            id: "pro",
            variationId: "pro",
            conditions: [{ attribute: "plan", operator: "equals", value: "pro" }],
          },
        ],
      },
    });
    const client = connect(server, { typedFlags: true });
    await client.init({ id: "u1", attributes: { plan: "pro" } });
    expect(client.getStringDetail("banner", "")).toMatchObject({
      value: "Hello, pro",
      reason: { kind: "RULE_MATCH", ruleId: "pro" },
    });
    await client.identify({ id: "u1", attributes: { plan: "free" } });
    expect(client.getString("banner", "")).not.toBe("Hello, pro");
  });

  it("a second refresh is answered with 304", async () => {
    const server = await serve(FLAGS);
    const client = connect(server);
    await client.init({ id: "u1" });
    await client.refresh();
    const statuses = server.requests
      .filter(({ path }) => path.startsWith("/api/v1/sdk/flags"))
      .map(({ status }) => status);
    expect(statuses).toEqual([200, 304]);
  });

  it("a stream that only takes ?token= is opened all the same", async () => {
    const server = await serve(FLAGS, { streamAuth: "token" });
    const client = connect(server, { enableStreaming: true });
    await client.init();
    await untilState(client, ({ connection }) => connection === "streaming.open");
  });

  it("streams that break off are opened again, and what changed meanwhile is found", async () => {
    const server = await serve(FLAGS);
    const client = connect(server, {
      enableStreaming: true,
      stream: { reconnectBaseDelayMs: 1, reconnectMaxDelayMs: 5 },
    });
    await client.init();
    await untilState(client, ({ connection }) => connection === "streaming.open");
    expect(server.dropStreams()).toBe(1);
    const changed = nextEvent(client, "flag_changed");
    server.updateFlag("off", { enabled: true });
    expect(await changed).toMatchObject({ key: "off", value: true });
  });

  it("a wrong key is refused", async () => {
    const client = connect(await serve(FLAGS), { apiKey: "wrong-key" });
    expect(await rejection(client.init())).toMatchObject({ statusCode: 401 });
  });

  it("events and evaluation counts arrive", async () => {
    const server = await serve(FLAGS);
    const client = connect(server, { telemetry: { enabled: true } });
    await client.init({ id: "u1" });
    client.isEnabled("everywhere");
    client.isEnabled("everywhere");
    client.isEnabled("off");
    client.isEnabled("unknown");
    client.track({ flagKey: "everywhere", eventName: "bought", value: 9.5 });
    await Promise.all([client.flushEvents(), client.flushTelemetry()]);
    expect(server.events).toMatchObject([
      { flagKey: "everywhere", eventName: "bought", userId: "u1", value: 9.5 },
    ]);
    expect(server.telemetry).toMatchObject([
      {
        evaluations: {
          everywhere: { total: 2, true: 2, false: 0 },
          off: { total: 1, true: 0, false: 1 },
        },
      },
    ]);
    expect(client.getEventStats()).toMatchObject({ accepted: 1, delivered: 1, pending: 0 });
    expect(client.getTelemetryStats()).toEqual({ flagCount: 0, evaluationCount: 0 });
  });
});
