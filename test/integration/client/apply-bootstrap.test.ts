import { describe, expect, it } from "vitest";
import { type BootstrapConfig, ConfigurationError, ServerError } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, recordEvents } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { rejection } from "./support";

describe("applyBootstrap", () => {
  it("before init is the option `bootstrap`: ready when init is called, without an answer", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { status: 503 });
    const client = createClient(server);
    const events = recordEvents(client, "ready", "flag_changed");
    client.applyBootstrap({ flags: { beta: true } });
    expect([client.isReady, client.isEnabled("beta")]).toEqual([true, true]);
    expect(events.names).toEqual(["flag_changed"]);
    await client.init();
    expect(events.names).toEqual(["flag_changed", "ready"]);
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("while init waits, lets it resolve", async () => {
    const server = await startRollgateServer({ beta: false });
    const gate = createGate();
    server.answerOnce("flags", { gate });
    const client = createClient(server);
    const started = client.init();
    await server.request("flags", 1);
    client.applyBootstrap({ flags: { beta: true } });
    await started;
    expect(client.isEnabled("beta")).toBe(true);
    expect(client.getState().client).toBe("running");
    const changed = nextEvent(client, "flag_changed");
    gate.open();
    expect(await changed).toEqual({ key: "beta", value: false, previous: true });
  });

  it("directly after init, lets it resolve whatever the server says", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { status: 503 });
    const client = createClient(server);
    const started = client.init();
    client.applyBootstrap({ flags: { beta: true } });
    await started;
    expect([client.isReady, client.isEnabled("beta")]).toEqual([true, true]);
  });

  it("replaces the flags in hand at once, with their reasons, and tells of it", async () => {
    const server = await startRollgateServer({ beta: false, gone: true });
    const client = createClient(server);
    await client.init();
    const events = recordEvents(client, "flag_changed", "flags_updated");
    const version = client.getVersion();
    const reason = { kind: "RULE_MATCH", ruleId: "r1", ruleIndex: 0, inRollout: true } as const;
    client.applyBootstrap({ flags: { beta: true }, reasons: { beta: reason } });
    expect(client.isEnabledDetail("beta")).toMatchObject({
      value: true,
      source: "bootstrap",
      reason,
      version: version + 1,
    });
    expect(client.getAllFlags()).toEqual({ beta: true });
    expect(events.names).toEqual(["flag_changed", "flag_changed", "flags_updated"]);
  });

  it("makes stale flags fresh, and a client ready that has none", async () => {
    const server = await startRollgateServer({ beta: true });
    const clock = createVirtualClock();
    const client = createClient(server, { clock, cache: { ttlMs: 1_000 } });
    await client.init();
    clock.advance(1_000);
    expect(client.getState().freshness).toBe("stale");
    client.applyBootstrap({ flags: { beta: false } });
    expect(client.getState().freshness).toBe("fresh");

    server.answer("flags", { status: 503 });
    const other = createClient(server);
    expect(await rejection(other.init())).toBeInstanceOf(ServerError);
    const ready = nextEvent(other, "ready");
    other.applyBootstrap({ flags: { beta: true } });
    await ready;
    expect(other.isReady).toBe(true);
  });

  it("is ignored once the client was closed", async () => {
    const server = await startRollgateServer({ beta: false });
    const client = createClient(server);
    await client.init();
    await client.close();
    client.applyBootstrap({ flags: { beta: true } });
    expect(client.isEnabled("beta")).toBe(false);
  });

  it.each([
    [{}, "bootstrap.flags must be given"],
    [undefined, "bootstrap.flags must be given"],
    [{ flags: 1 }, "bootstrap.flags must be"],
    [{ flag: {} }, "did you mean bootstrap.flags"],
    [{ flags: {}, rules: { version: "1", flags: {} } }, "bootstrap.rules must be given to the"],
  ])("refuses %j", async (given, message) => {
    const client = createClient({ url: "http://127.0.0.1:9" });
    const call = () => client.applyBootstrap(given as BootstrapConfig);
    expect(call).toThrow(ConfigurationError);
    expect(call).toThrow(message);
  });
});
