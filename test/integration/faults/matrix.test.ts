import { describe, expect, test } from "vitest";
import type { RollgateConfig } from "../../../src";
import type { Route } from "../../../src/testing";
import { ALL_FAULTS, type Fault } from "./faults";
import { RECOVERY_MS, World } from "./world";

const ANN = { id: "ann", attributes: { plan: "pro" } };
const BEA = { id: "bea" };
const STREAMING: Partial<RollgateConfig> = { enableStreaming: true };

/** A client that has its flags, and a fault that just came. */
async function struck(fault: Fault, routes: readonly Route[], config?: Partial<RollgateConfig>) {
  const world = await World.start(config);
  await world.client.init(ANN);
  await world.pass(500);
  await fault.apply(world.server, routes);
  return world;
}

/** The server is well again and says something new: the client knows it in time. */
async function recovers(world: World, fault: Fault) {
  await fault.lift(world.server);
  world.server.flags = { beta: false, gamma: true };
  await world.until(() => world.client.isEnabled("gamma"));
  expect({ ...world.client.getAllFlags() }).toEqual({ beta: false, gamma: true });
  expect(world.client.isEnabledDetail("gamma")).toMatchObject({ source: "network", stale: false });
  world.check();
}

describe.each(ALL_FAULTS.map((fault) => [fault.name, fault] as const))("%s", (_, fault) => {
  test("during init", async () => {
    const world = await World.start();
    await fault.apply(world.server, ["flags", "identify"]);
    const { error } = await world.settled(world.client.init(ANN), 10_000);
    expect(error).toBeInstanceOf(fault.error);
    expect(world.client.isEnabledDetail("beta", true).reason.errorKind).toBe("CLIENT_NOT_READY");
    await recovers(world, fault);
  });

  test("during a poll", async () => {
    const world = await struck(fault, ["flags"]);
    await world.until(() => world.errors.length > 0, 33_000 + 40_000);
    expect(world.errors).toHaveLength(1);
    expect(world.errors[0]).toBeInstanceOf(fault.error);
    expect({ ...world.client.getAllFlags() }).toEqual({ beta: true });
    await recovers(world, fault);
  });

  test("during refresh", async () => {
    const world = await struck(fault, ["flags"]);
    const { error } = await world.settled(world.client.refresh(), 40_000);
    expect(error).toBeInstanceOf(fault.error);
    expect(world.errors).toEqual([error]);
    expect({ ...world.client.getAllFlags() }).toEqual({ beta: true });
    await recovers(world, fault);
  });

  test("during identify", async () => {
    const world = await struck(fault, ["flags", "identify"]);
    const { error } = await world.settled(world.client.identify(BEA), 60_000);
    expect(error).toBeInstanceOf(fault.error);
    expect(world.client.user).toEqual(BEA);
    // Never what the user before had.
    expect([world.client.isEnabled("beta", true), world.client.isEnabled("beta")]).toEqual([
      true,
      false,
    ]);
    await recovers(world, fault);
    const asked = world.server.requests("flags").at(-1);
    expect(asked?.query.get("user_id")).toBe("bea");
  });

  test("while a stream is opened", async () => {
    const world = await World.start(STREAMING);
    if (fault.name !== "refused") await fault.apply(world.server, ["stream"]);
    await world.settled(world.client.init(ANN), 10_000);
    if (fault.name === "refused") await fault.apply(world.server, []);
    if (fault.name === "noContent") {
      await world.until(() => world.client.getState().connection === "polling");
    } else {
      await world.until(() => world.errors.length > 0, 150_000);
    }
    expect(world.client.getState().connection).not.toBe("streaming.open");
    expect(world.client.isEnabled("beta")).toBe(true);
    await recovers(world, fault);
  });

  test("while events are sent", async () => {
    const world = await struck(fault, ["events"]);
    const names = ["a", "b", "c"];
    for (const eventName of names) world.client.track({ flagKey: "beta", eventName });
    await world.settled(world.client.flushEvents(), 10_000);
    for (const eventName of ["d", "e"]) world.client.track({ flagKey: "beta", eventName });
    expect({ ...world.client.getAllFlags() }).toEqual({ beta: true });
    await recovers(world, fault);
    await world.until(() => world.client.getEventStats().pending === 0);
    const rejected = fault.sent === "refused" ? 3 : 0;
    expect(world.client.getEventStats()).toMatchObject({
      accepted: 5,
      delivered: 5 - rejected,
      dropped: { overflow: 0, rejected, closed: 0 },
    });
    const books = world.server.eventBooks([...names, "d", "e"]);
    expect(books).toMatchObject({
      missing: fault.sent === "refused" ? names : [],
      duplicate: fault.sent === "again" ? names : [],
      outOfOrder: [],
      unexpected: [],
    });
  });

  test("while counts are reported", async () => {
    const world = await struck(fault, ["telemetry"], { telemetry: {} });
    for (let count = 0; count < 3; count++) world.client.isEnabled("beta");
    await world.settled(world.client.flushTelemetry(), 10_000);
    world.client.isEnabled("beta");
    await recovers(world, fault);
    await world.until(() => world.client.getTelemetryStats().evaluationCount === 0);
    const total = world.server.evaluations["beta"]?.total ?? 0;
    if (fault.sent === "again") expect(total).toBeGreaterThan(4);
    else expect(total).toBe(fault.sent === "refused" ? 1 : 4);
  });

  test("during close", async () => {
    const world = await struck(fault, ["events", "flags", "telemetry"], { telemetry: {} });
    world.client.track({ flagKey: "beta", eventName: "a" });
    world.client.isEnabled("beta");
    world.client.refresh().catch(() => {});
    const { error } = await world.settled(world.client.close(), 5_000);
    expect(error).toBeUndefined();
    const after = world.server.requests().length;
    await world.pass(RECOVERY_MS);
    expect(world.server.requests()).toHaveLength(after);
    expect([world.clock.pending(), world.client.isEnabled("beta")]).toEqual([[], true]);
    world.check();
  });
});
