import { describe, expect, it } from "vitest";
import { assign } from "xstate";
import { circuitBreakerMachine } from "../../machines";
import { explore, nodesOf, unreached } from "./support/graph";
import { Chance, Stage } from "./support/stage";

const input = {
  failureThreshold: 3,
  recoveryTimeoutMs: 30_000,
  monitoringWindowMs: 60_000,
  successThreshold: 3,
  probeIntervalMs: 30_000,
};
const DAY = 86_400_000;

const ask = {
  type: "permit.requested",
  channel: "refresh",
  purpose: "flags",
} as const;
const askIdentify = { ...ask, purpose: "identify" } as const;
const failed = { type: "attempt.failed" } as const;
const succeeded = { type: "attempt.succeeded" } as const;
const voided = { type: "attempt.voided" } as const;

function start(changes: Partial<typeof input> = {}) {
  const chance = new Chance();
  const machine = circuitBreakerMachine.provide({
    actions: { sample: assign(chance.sample) },
  });
  return new Stage(chance, machine, { ...input, ...changes }, "circuit");
}

async function opened(changes: Partial<typeof input> = {}) {
  const stage = start(changes);
  await stage.send(failed, failed, failed);
  stage.take();
  return stage;
}

/** Half open, and the probe was granted. */
async function probing(changes: Partial<typeof input> = {}) {
  const stage = await opened(changes);
  await stage.advance(30_000);
  await stage.send(ask);
  stage.take();
  return stage;
}

const granted = (probe: boolean) => ({
  to: "refresh",
  event: { type: "permit.granted", probe },
});

describe("the closed circuit", () => {
  it("grants every request, and none as a probe", async () => {
    const stage = start();
    await stage.send(ask, ask, askIdentify);
    expect(stage.take()).toEqual([granted(false), granted(false), granted(false)]);
  });

  it("opens at the threshold, not before", async () => {
    const stage = start();
    await stage.send(failed, failed);
    expect(stage.state).toBe("closed");
    expect(stage.take()).toEqual([]);
    await stage.send(failed);
    expect(stage.state).toBe("open");
    expect(stage.take()).toEqual([{ to: "client", event: { type: "circuit.opened" } }]);
    expect(stage.context.lastFailureAt).toBe(stage.clock.wall);
  });

  it.each([
    ["exactly as old as the window, still counts", 60_000, "open"],
    ["older than the window, does not", 60_001, "closed"],
  ])("a failure %s", async (_, age, state) => {
    const stage = start();
    await stage.send(failed);
    await stage.advance(age - 1_000);
    await stage.send(failed);
    await stage.advance(1_000);
    await stage.send(failed);
    expect(stage.state).toBe(state);
  });

  it("does not forget failures for a success", async () => {
    const stage = start();
    for (const event of [failed, succeeded, failed, succeeded, succeeded, failed]) {
      await stage.send(event);
    }
    expect(stage.state).toBe("open");
  });

  it("counts no abort and no refusal", async () => {
    const stage = start();
    await stage.send(...Array.from({ length: 10 }, () => voided));
    expect(stage.context.failures).toEqual([]);
    await stage.send(failed, failed, voided, voided);
    expect(stage.state).toBe("closed");
  });

  it("keeps no more failures than it needs", async () => {
    const stage = start();
    await stage.send(failed, failed);
    await stage.advance(70_000);
    await stage.send(failed);
    expect(stage.context.failures).toEqual([stage.clock.wall]);
  });

  it("forgets its failures when it is reset, and says nothing", async () => {
    const stage = start();
    await stage.send(failed, failed, { type: "reset" }, failed, failed);
    expect(stage.state).toBe("closed");
    expect(stage.take()).toEqual([]);
  });

  it("does not let yesterday's failures count after the wall clock was put back", async () => {
    const stage = start();
    await stage.send(failed, failed);
    stage.clock.epoch -= DAY;
    await stage.send(failed, failed);
    expect(stage.state).toBe("closed");
    await stage.send(failed);
    expect(stage.state).toBe("open");
  });
});

describe("the open circuit", () => {
  it("refuses every request and says until when", async () => {
    const stage = await opened();
    const until = stage.clock.wall + 30_000;
    await stage.advance(29_999);
    await stage.send(ask, askIdentify);
    const refused = {
      to: "refresh",
      event: { type: "permit.refused", refusal: { kind: "open", until } },
    };
    expect(stage.take()).toEqual([refused, refused]);
    expect(stage.state).toBe("open");
  });

  it("is half open after the recovery time, and wishes for a probe", async () => {
    const stage = await opened();
    await stage.advance(29_999);
    expect(stage.take()).toEqual([]);
    await stage.advance(1);
    expect(stage.state).toEqual({ half_open: "ready" });
    expect(stage.heard()).toEqual(["circuit.halfOpened", "probe.due"]);
  });

  it("believes the wall clock when that is past the next probe", async () => {
    const stage = await opened();
    const at = stage.clock.wall + 30_000;
    await stage.send({ type: "clock.checked", at: at - 1, age: 0 });
    expect(stage.state).toBe("open");
    await stage.send({ type: "clock.checked", at, age: 0 });
    expect(stage.state).toEqual({ half_open: "ready" });
  });

  it("is half open in time although the wall clock was put back a day", async () => {
    const stage = await opened();
    stage.clock.epoch -= DAY;
    await stage.send({ type: "clock.checked", at: stage.clock.wall, age: 0 });
    expect(stage.state).toBe("open");
    await stage.advance(30_000);
    expect(stage.state).toEqual({ half_open: "ready" });
  });

  it("is half open at once when the wall clock jumps ahead by a day", async () => {
    const stage = await opened();
    stage.clock.epoch += DAY;
    await stage.send({ type: "clock.checked", at: stage.clock.wall, age: 0 });
    expect(stage.state).toEqual({ half_open: "ready" });
  });

  it.each([failed, succeeded, voided])("takes no note of a straggler: $type", async (event) => {
    const stage = await opened();
    const before = stage.context;
    await stage.advance(10_000);
    await stage.send(event);
    expect([stage.state, stage.context]).toEqual(["open", before]);
    await stage.advance(20_000);
    expect(stage.state).toEqual({ half_open: "ready" });
  });

  it("is closed and clean after a reset", async () => {
    const stage = await opened();
    await stage.send({ type: "reset" });
    expect(stage.heard()).toEqual(["circuit.closed"]);
    await stage.send(failed, failed);
    expect(stage.state).toBe("closed");
    expect(stage.clock.timers).toBe(0);
  });
});

describe("the half-open circuit", () => {
  it("admits one attempt, and that one as a probe", async () => {
    const stage = await opened();
    await stage.advance(30_000);
    stage.take();
    await stage.send(ask, ask);
    const [first, second] = stage.take();
    expect(first).toEqual(granted(true));
    expect(second?.event).toEqual({
      type: "permit.refused",
      refusal: { kind: "open", until: stage.context.nextProbeAt },
    });
  });

  it("lets an identify pass, and does not take its end for the probe's", async () => {
    const stage = await opened();
    await stage.advance(30_000);
    stage.take();
    await stage.send(askIdentify);
    expect(stage.take()).toEqual([granted(true)]);
    expect(stage.state).toEqual({ half_open: "ready" });
    await stage.send(succeeded);
    expect([stage.state, stage.context.successes]).toEqual([{ half_open: "ready" }, 0]);
    await stage.send(ask);
    expect(stage.state).toEqual({ half_open: "probing" });
  });

  it("closes at the threshold of successes, each of which counts", async () => {
    const stage = await probing();
    await stage.send(succeeded);
    await stage.advance(1_000);
    await stage.send(ask, succeeded);
    expect(stage.state).toEqual({ half_open: "pausing" });
    await stage.advance(2_000);
    stage.take();
    await stage.send(ask, succeeded);
    expect(stage.state).toBe("closed");
    expect(stage.heard()).toEqual(["circuit.closed"]);
    expect(stage.context.failures).toEqual([]);
  });

  it.each([
    ["one second for each success", 30_000, [1_000, 2_000, 3_000, 4_000]],
    ["at most the polling interval", 2_500, [1_000, 2_000, 2_500, 2_500]],
  ])("spaces the probes: %s", async (_, probeIntervalMs, waits) => {
    const stage = await probing({ probeIntervalMs, successThreshold: 9 });
    for (const wait of waits) {
      await stage.send(succeeded);
      await stage.advance(wait - 1);
      expect(stage.heard()).toEqual([]);
      await stage.advance(1);
      expect(stage.heard()).toEqual(["probe.due"]);
      await stage.send(ask);
      stage.take();
    }
  });

  it("probes again a second after an attempt without outcome", async () => {
    const stage = await probing();
    await stage.send(voided);
    expect([stage.state, stage.context.successes]).toEqual([{ half_open: "pausing" }, 0]);
    await stage.advance(999);
    expect(stage.heard()).toEqual([]);
    await stage.advance(1);
    expect(stage.heard()).toEqual(["probe.due"]);
  });

  it("lets whoever asks early be the next probe, and an identify not", async () => {
    const stage = await probing();
    await stage.send(succeeded, askIdentify);
    expect(stage.state).toEqual({ half_open: "pausing" });
    await stage.send(ask);
    expect(stage.state).toEqual({ half_open: "probing" });
    expect(stage.take()).toEqual([granted(true), granted(true)]);
    await stage.advance(60_000);
    expect(stage.take()).toEqual([]);
  });

  it("opens again for the full time at one failure, and forgets the successes", async () => {
    const stage = await probing();
    await stage.send(succeeded);
    await stage.advance(1_000);
    await stage.send(ask);
    stage.take();
    await stage.send(failed);
    expect(stage.state).toBe("open");
    expect(stage.heard()).toEqual(["circuit.opened"]);
    expect(stage.context.nextProbeAt).toBe(stage.clock.wall + 30_000);
    await stage.advance(29_999);
    expect(stage.state).toBe("open");
    await stage.advance(1);
    expect([stage.state, stage.context.successes]).toEqual([{ half_open: "ready" }, 0]);
  });

  it.each(["ready", "probing", "pausing"])("is closed by a reset while %s", async (state) => {
    const stage = await opened();
    await stage.advance(30_000);
    if (state !== "ready") await stage.send(ask);
    if (state === "pausing") await stage.send(succeeded);
    expect(stage.state).toEqual({ half_open: state });
    stage.take();
    await stage.send({ type: "reset" });
    expect([stage.state, stage.heard(), stage.clock.timers]).toEqual([
      "closed",
      ["circuit.closed"],
      0,
    ]);
  });
});

describe("all paths", () => {
  const reached = explore(circuitBreakerMachine, {
    input: { ...input, failureThreshold: 2, successThreshold: 2 },
    events: () => [
      ask,
      askIdentify,
      failed,
      succeeded,
      voided,
      { type: "reset" },
      { type: "clock.checked", at: 0, age: 0 },
      { type: "clock.checked", at: DAY, age: 0 },
    ],
    distinct: ({ context }) => [context.failures.length, context.successes],
  });

  it("reach every state", () => {
    expect(unreached(circuitBreakerMachine, reached)).toEqual([]);
  });

  it("never hold more than the thresholds ask for", () => {
    for (const { state, events } of reached) {
      const where = events.join(" → ");
      expect(state.status, where).toBe("active");
      expect(state.context.failures.length, where).toBeLessThanOrEqual(2);
      expect(state.context.successes, where).toBeLessThan(2);
      if (state.matches("closed")) expect(state.context.failures.length, where).toBeLessThan(2);
    }
  });

  it("never get stuck: a state that grants nothing has a timer or an attempt under way", () => {
    for (const { state, events } of reached) {
      const waits = nodesOf(state).some((node) => node.after.length > 0);
      const asks = state.matches("closed") || state.matches({ half_open: "ready" });
      const probes = state.matches({ half_open: "probing" });
      expect(waits || asks || probes, events.join(" → ")).toBe(true);
    }
  });
});
