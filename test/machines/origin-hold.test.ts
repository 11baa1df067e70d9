import { describe, expect, it } from "vitest";
import { type Channel, originHoldMachine, type PermitRequested } from "../../machines";
import { explore, unreached } from "./support/graph";
import { Chance, Stage } from "./support/stage";

const CHANNELS = ["refresh", "connection", "tracking", "telemetry"] as const;
const PURPOSES = {
  refresh: "flags",
  connection: "stream",
  tracking: "events",
  telemetry: "events",
} as const;

const start = () => new Stage(new Chance(), originHoldMachine, undefined, "hold");
const ask = (channel: Channel): PermitRequested => ({
  type: "permit.requested",
  channel,
  purpose: PURPOSES[channel],
});

async function held(forMs = 10_000) {
  const stage = start();
  await stage.send({ type: "hold.requested", forMs, at: stage.clock.wall });
  return stage;
}

describe("while free", () => {
  it("passes a flag request on to the circuit, which has the last word", async () => {
    const stage = start();
    await stage.send(ask("refresh"));
    expect(stage.take()).toEqual([{ to: "circuit", event: ask("refresh") }]);
  });

  it.each(["connection", "tracking", "telemetry"] as const)("grants %s itself", async (channel) => {
    const stage = start();
    await stage.send(ask(channel));
    expect(stage.take()).toEqual([
      { to: channel, event: { type: "permit.granted", probe: false } },
    ]);
  });

  it("takes no notice of a clock check", async () => {
    const stage = start();
    await stage.send({ type: "clock.checked", at: stage.clock.wall, age: 0 });
    expect([stage.state, stage.take()]).toEqual(["free", []]);
  });
});

describe("while held", () => {
  it("refuses every channel and says until when", async () => {
    const stage = await held();
    const until = stage.clock.wall + 10_000;
    expect(stage.take()).toEqual([{ to: "client", event: { type: "hold.started", until } }]);
    await stage.send(...CHANNELS.map(ask));
    const refused = { type: "permit.refused", refusal: { kind: "held", until } };
    expect(stage.take()).toEqual(CHANNELS.map((to) => ({ to, event: refused })));
  });

  it("spreads the channels over a second at least, however short it was", async () => {
    const stage = await held(200);
    stage.take();
    await stage.advance(200);
    expect(stage.take()).toEqual([
      { to: "client", event: { type: "hold.ended", spreadMs: 1_000 } },
    ]);
  });

  it("ends on time, and tells how long it was", async () => {
    const stage = await held();
    stage.take();
    await stage.advance(9_999);
    expect(stage.state).toBe("held");
    await stage.advance(1);
    expect(stage.state).toBe("free");
    expect(stage.take()).toEqual([
      { to: "client", event: { type: "hold.ended", spreadMs: 10_000 } },
    ]);
  });

  it("is prolonged by a later end", async () => {
    const stage = await held(10_000);
    await stage.advance(5_000);
    stage.take();
    const at = stage.clock.wall;
    await stage.send({ type: "hold.requested", forMs: 20_000, at });
    expect(stage.take()).toEqual([
      { to: "client", event: { type: "hold.started", until: at + 20_000 } },
    ]);
    await stage.advance(19_999);
    expect(stage.state).toBe("held");
    await stage.advance(1);
    expect(stage.take()).toEqual([
      { to: "client", event: { type: "hold.ended", spreadMs: 20_000 } },
    ]);
  });

  it.each([
    ["an earlier end", 4_000],
    ["the same end", 5_000],
  ])("is not cut by %s", async (_, forMs) => {
    const stage = await held(10_000);
    await stage.advance(5_000);
    stage.take();
    await stage.send({ type: "hold.requested", forMs, at: stage.clock.wall });
    expect(stage.take()).toEqual([]);
    await stage.advance(4_999);
    expect(stage.state).toBe("held");
    await stage.advance(1);
    expect(stage.heard()).toEqual(["hold.ended"]);
  });

  it("ends when the wall clock is past it", async () => {
    const stage = await held();
    const until = stage.clock.wall + 10_000;
    stage.take();
    await stage.send({ type: "clock.checked", at: until - 1, age: 0 });
    expect(stage.state).toBe("held");
    await stage.send({ type: "clock.checked", at: until, age: 0 });
    expect([stage.state, stage.heard(), stage.clock.timers]).toEqual(["free", ["hold.ended"], 0]);
  });

  it("ends on time although the wall clock was put back a day", async () => {
    const stage = await held();
    stage.clock.epoch -= 86_400_000;
    await stage.send({ type: "clock.checked", at: stage.clock.wall, age: 0 });
    expect(stage.state).toBe("held");
    await stage.advance(10_000);
    expect(stage.state).toBe("free");
  });

  it("can be held again afterwards, also for a shorter time", async () => {
    const stage = await held();
    await stage.advance(10_000);
    stage.take();
    await stage.send({ type: "hold.requested", forMs: 1_000, at: stage.clock.wall });
    expect(stage.heard()).toEqual(["hold.started"]);
    await stage.advance(1_000);
    expect(stage.heard()).toEqual(["hold.ended"]);
  });
});

it("reaches every state, and always comes free again", () => {
  const reached = explore(originHoldMachine, {
    events: () => [
      ...CHANNELS.map(ask),
      { type: "hold.requested", forMs: 1_000, at: 0 },
      { type: "hold.requested", forMs: 2_000, at: 0 },
      { type: "clock.checked", at: 0, age: 0 },
      { type: "clock.checked", at: 5_000, age: 0 },
    ],
    distinct: ({ context }) => context.until,
  });
  expect(unreached(originHoldMachine, reached)).toEqual([]);
  expect(new Set(reached.map(({ state }) => state.value))).toEqual(new Set(["free", "held"]));
});
