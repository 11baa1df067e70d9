import { describe, expect, it } from "vitest";
import type { RollgateConfig } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage, rejection } from "../client/support";
import { FREE, flagFor, type LocalWorld, local, outage, PRO, RULES } from "./support";

const MAX = 600_000;
const STALE = { value: false, source: "default", reason: { kind: "ERROR", errorKind: "STALE" } };

/** Rules in force that no stream vouches for; the clock stands at their last confirmation. */
async function adrift(config: Partial<RollgateConfig> = {}) {
  const clock = createVirtualClock();
  const world = await local(RULES, { clock, maxStalenessMs: MAX, ...config }, PRO);
  world.server.answer("stream", { status: 503 });
  world.stream.end();
  await untilState(world.client, ({ evaluation }) => evaluation === "local.doubtful");
  return { ...world, clock };
}

function expectWithheld(client: LocalWorld["client"]): void {
  expect(client.isEnabledDetail("beta", false, PRO)).toMatchObject({ ...STALE, stale: true });
  expect(client.isEnabled("open", false, FREE)).toBe(false);
  expect(client.forUser(PRO).isEnabledDetail("beta")).toMatchObject(STALE);
  expect(client.forUser(PRO).getAllFlags()).toEqual({});
}

describe("rules older than maxStalenessMs", () => {
  it("answer for nobody, neither the current user nor another one", async () => {
    const { client, clock } = await adrift();
    clock.advance(MAX - 1);
    expect(client.isEnabledDetail("beta", false, PRO)).toMatchObject({ value: true, stale: true });
    expect(client.isEnabled("beta")).toBe(true);
    clock.advance(1);
    expectWithheld(client);
    expect(client.isEnabledDetail("beta")).toMatchObject(STALE);
    expect(client.getAllFlags()).toEqual({});
  });

  it("do not come back with another user", async () => {
    const { client, clock } = await adrift();
    clock.advance(MAX);
    const identified = client.identify({ id: "other", attributes: { plan: "pro" } });
    expect(client.isEnabledDetail("beta")).toMatchObject(STALE);
    await identified.catch(() => {});
    expect(client.isEnabledDetail("beta")).toMatchObject(STALE);
    expectWithheld(client);
  });

  it("are in force again when a stream brings them", async () => {
    const { server, client, clock } = await adrift();
    clock.advance(MAX);
    server.restore("stream");
    client.setOffline(true);
    client.setOffline(false);
    const stream = await server.stream(2);
    stream.event("rules-full", { version: "v1", flags: RULES });
    await untilState(client, ({ evaluation }) => evaluation === "local.confirmed");
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: false });
    expect(client.isEnabledDetail("beta", false, PRO)).toMatchObject({ value: true, stale: false });
  });

  it("leave the current user the flags that were fetched since", async () => {
    const { client, clock } = await adrift();
    clock.advance(MAX / 2);
    await client.refresh();
    clock.advance(MAX / 2);
    expectWithheld(client);
    expect(client.isEnabledDetail("fetched")).toMatchObject({ value: true, source: "network" });
  });

  it("do not serve the next user either, not even until the server has answered", async () => {
    const { server, client, clock } = await adrift();
    clock.advance(MAX - 1_000);
    await client.refresh();
    clock.advance(1_000);
    const gate = createGate();
    server.answer("flags", { gate, flags: { beta: true } });
    const identified = client.identify(FREE);
    expect(client.isEnabledDetail("open")).toMatchObject(STALE);
    gate.open();
    await identified;
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "network" });
  });

  it("are not even old while the stream is open", async () => {
    const clock = createVirtualClock();
    const config = { clock, maxStalenessMs: MAX, stream: { idleTimeoutMs: 100 * MAX } };
    const { client } = await local(RULES, config, FREE);
    clock.advance(50 * MAX);
    expect(client.isEnabledDetail("beta", false, PRO)).toMatchObject({ value: true, stale: false });
    expect(client.isEnabledDetail("open")).toMatchObject({ value: true, stale: false });
  });

  it("are not served from storage", async () => {
    const cache = { storage: createMapStorage() };
    const { clock, restart } = await outage({ cache, maxStalenessMs: MAX });
    clock.advance(MAX);
    const client = restart();
    await rejection(client.init(PRO)).catch(() => {});
    expectWithheld(client);
    expect(client.isEnabledDetail("beta")).toMatchObject(STALE);
  });
});

describe("flags and rules that the app gave", () => {
  async function given(config: Partial<RollgateConfig> = {}) {
    const server = await startRollgateServer({ beta: false });
    const clock = createVirtualClock();
    server.answer("flags", { status: 503 });
    const client = createClient(server, {
      clock,
      maxStalenessMs: MAX,
      bootstrap: {
        flags: { beta: false, own: true },
        reasons: { own: { kind: "TARGET_MATCH" } },
        rules: { version: "given", flags: RULES },
      },
      ...config,
    });
    const updated = nextEvent(client, "rules_updated");
    await client.init(PRO);
    expect(await updated).toBe("given");
    return { server, client, clock };
  }

  it("serve the current user as given, and all others by the rules", async () => {
    const { client } = await given();
    expect(client.getAllFlags()).toEqual({ beta: false, own: true });
    expect(client.isEnabledDetail("own").reason).toEqual({ kind: "TARGET_MATCH" });
    expect(client.isEnabledDetail("beta", false, PRO)).toMatchObject({
      value: true,
      source: "bootstrap",
      reason: { kind: "RULE_MATCH" },
    });
    expect(client.forUser(FREE).getAllFlags()).toEqual({ beta: false, open: true });
  });

  it("serve the next user by the rules at once, though the server fails", async () => {
    const { client } = await given();
    const identified = client.identify({ ...PRO, id: "next" });
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "bootstrap" });
    await identified;
    expect(client.mode).toBe("local");
  });

  it("give way to rules of the stream", async () => {
    const { server, client } = await given({ enableStreaming: true });
    const updated = nextEvent(client, "rules_updated");
    const flags = { beta: flagFor("plan", "free") };
    (await server.stream(1)).event("rules-full", { version: "v2", flags });
    expect(await updated).toBe("v2");
    expect(client.getAllFlags()).toEqual({ beta: false });
    expect(client.isEnabledDetail("beta", false, FREE)).toMatchObject({
      value: true,
      source: "rules",
    });
  });

  it("are withheld together once they are too old", async () => {
    const { client, clock } = await given();
    clock.advance(MAX);
    expectWithheld(client);
    expect(client.isEnabledDetail("own")).toMatchObject(STALE);
  });
});
