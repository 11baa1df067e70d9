import { describe, expect, it } from "vitest";
import { assign } from "xstate";
import {
  type BatchOutcome,
  type Failure,
  type FlushLoopEvent,
  type FlushLoopInput,
  flushLoopMachine,
} from "../../machines";
import { errors } from "./support/errors";
import { explore, hasTimer, next, nodesOf, unreached } from "./support/graph";
import { Held } from "./support/held";
import { Chance, Stage } from "./support/stage";

const input: FlushLoopInput = {
  channel: "tracking",
  flushIntervalMs: 30_000,
  periodic: false,
  requestTimeoutMs: 5_000,
  backoff: { baseDelayMs: 100, maxDelayMs: 350, jitterFactor: 0.1 },
};
const failure: Failure = { kind: "error", error: errors.server() };
const granted = { type: "permit.granted", probe: false } as const;
const refused = { type: "permit.refused", refusal: { kind: "offline" } } as const;
const begin = { type: "start" } as const;
const buffered = { type: "buffer.started" } as const;
const full = { type: "buffer.full" } as const;
const close = { type: "close" } as const;
const halt = { type: "halt" } as const;
const flush = (count: number) => ({ type: "flush", count }) as const;

const last = (count: number) => ({ type: "flush.last", count }) as const;

const settled = (delivered: number, remaining = 0, more: Partial<BatchOutcome> = {}) =>
  ({
    type: "batch.settled",
    delivered,
    rejected: 0,
    remaining,
    full: false,
    ...more,
  }) as BatchOutcome;
const failedBatch: BatchOutcome = { type: "batch.failed", failure };
const heldBatch: BatchOutcome = { type: "batch.held", forMs: 7_000, failure };
const unauthorizedBatch: BatchOutcome = { type: "batch.unauthorized", failure };

function start(changes: Partial<FlushLoopInput> = {}) {
  const chance = new Chance();
  const send = new Held<BatchOutcome, { limit: number }>();
  const machine = flushLoopMachine.provide({
    actions: { sample: assign(chance.sample) },
    actors: { sendBatch: send.logic },
  });
  const settings = { ...input, ...changes };
  const stage = new Stage(chance, machine, settings, settings.channel);
  return { chance, send, stage };
}
type World = ReturnType<typeof start>;
function work({ stage }: World): string | undefined {
  const { work } = stage.state as { work: string | object };
  return typeof work === "string" ? work : Object.keys(work)[0];
}

async function at(state: string, changes: Partial<FlushLoopInput> = {}): Promise<World> {
  const world = start(changes);
  const { stage, send } = world;
  if (state !== "dormant") await stage.send(begin);
  if (state !== "dormant" && state !== "idle") await stage.send(buffered);
  if (!["dormant", "idle", "buffering"].includes(state)) await stage.send(full);
  if (state === "held" || state === "releasing") await stage.send(refused);
  if (state === "releasing") await stage.send({ type: "hold.ended", spreadMs: 4_000 });
  if (state === "flushing" || state === "backingOff") await stage.send(granted);
  if (state === "backingOff") await send.one.resolve(failedBatch);
  expect(work(world)).toBe(state);
  stage.take();
  return world;
}

describe("collecting", () => {
  it("does not begin before it is told to, whatever is queued", async () => {
    const world = start();
    await world.stage.send(buffered, full, flush(5));
    await world.stage.advance(100_000);
    expect([work(world), world.stage.take()]).toEqual(["dormant", []]);
  });

  it("rests without timer while nothing is queued", async () => {
    const world = await at("idle");
    expect(world.stage.clock.timers).toBe(0);
  });

  it("sends what is queued after the interval, with one request for a permit", async () => {
    const world = await at("buffering");
    await world.stage.advance(29_999);
    expect(world.stage.take()).toEqual([]);
    await world.stage.advance(1);
    expect(world.stage.take()).toEqual([
      {
        to: "client",
        event: { type: "permit.requested", channel: "tracking", purpose: "events" },
      },
    ]);
    await world.stage.send(granted);
    expect(world.send.one.input).toEqual({ limit: Number.MAX_SAFE_INTEGER });
  });

  it.each([
    ["a full buffer", full],
    ["a wish", flush(3)],
  ])("sends at once for %s", async (_, event) => {
    const world = await at("buffering");
    await world.stage.send(event);
    expect(world.stage.heard()).toEqual(["permit.requested"]);
  });

  it("sends at once when the first item fills the buffer", async () => {
    const world = await at("idle");
    await world.stage.send(full);
    expect(work(world)).toBe("asking");
  });

  it("goes on by the interval for ever where nobody says when the buffer starts", async () => {
    const world = start({ periodic: true, channel: "telemetry", flushIntervalMs: 60_000 });
    await world.stage.send(begin);
    for (let round = 0; round < 3; round++) {
      await world.stage.advance(59_999);
      expect(world.stage.take()).toEqual([]);
      await world.stage.advance(1);
      expect(world.stage.take()[0]?.event).toEqual({
        type: "permit.requested",
        channel: "telemetry",
        purpose: "events",
      });
      await world.stage.send(granted);
      await world.send.one.resolve(settled(1));
      world.stage.take();
      expect(work(world)).toBe("buffering");
    }
  });
});

describe("one POST", () => {
  it("is in flight at a time, whatever is wished", async () => {
    const world = await at("flushing");
    await world.stage.send(full, flush(10), buffered, begin, { type: "gate.opened" }, granted);
    expect(world.send.count).toEqual({ calls: 1, open: 1 });
  });

  it("tells what became of the items", async () => {
    const world = await at("flushing");
    await world.send.one.resolve(settled(7, 0, { rejected: 2, failure }));
    expect(world.stage.take()).toEqual([
      {
        to: "client",
        event: {
          type: "flush.progressed",
          channel: "tracking",
          delivered: 7,
          rejected: 2,
          failure,
        },
      },
    ]);
    expect([work(world), world.stage.clock.timers]).toEqual(["idle", 0]);
  });

  it("is followed by the next while batches are full", async () => {
    const world = await at("flushing");
    await world.send.one.resolve(settled(100, 150, { full: true } as never));
    expect(work(world)).toBe("asking");
    await world.stage.send(granted);
    await world.send.one.resolve(settled(100, 50));
    expect(work(world)).toBe("buffering");
    expect(world.send.most).toBe(1);
  });

  it("is followed by the next until all that was wished for has gone", async () => {
    const world = await at("buffering");
    await world.stage.send(flush(25), granted);
    await world.send.one.resolve(settled(8, 20, { rejected: 2 }));
    expect([work(world), world.stage.context.wanted]).toEqual(["asking", 15]);
    await world.stage.send(granted, flush(20));
    await world.send.one.resolve(settled(10, 12));
    expect([work(world), world.stage.context.wanted]).toEqual(["asking", 10]);
    await world.stage.send(granted);
    await world.send.one.resolve(settled(10, 5));
    expect([work(world), world.stage.context.wanted]).toEqual(["buffering", 0]);
  });

  it("never waits for more than is queued", async () => {
    const world = await at("buffering");
    await world.stage.send(flush(25), granted);
    // The oldest were dropped meanwhile.
    await world.send.one.resolve(settled(10, 3));
    expect(world.stage.context.wanted).toBe(3);
  });

  it("does not overlook what was queued just when it had emptied the queue", async () => {
    const world = await at("flushing");
    await world.stage.send(buffered);
    await world.send.one.resolve(settled(10, 0));
    expect(work(world)).toBe("buffering");
    await world.stage.send(full, granted);
    await world.send.one.resolve(settled(1, 0));
    expect(work(world)).toBe("idle");
  });

  it("that takes too long is aborted and tried again", async () => {
    const world = await at("flushing");
    await world.stage.advance(4_999);
    expect(world.send.open).toHaveLength(1);
    await world.stage.advance(1);
    expect([world.send.calls[0]?.state, work(world)]).toEqual(["aborted", "backingOff"]);
    const [notice] = world.stage.take();
    expect(notice?.event).toMatchObject({
      type: "flush.failed",
      failure: { kind: "error", error: { name: "TimeoutError" } },
    });
  });

  it("whose actor breaks is tried again", async () => {
    const world = await at("flushing");
    await world.send.one.reject("nonsense");
    expect(work(world)).toBe("backingOff");
    expect(world.stage.take()[0]?.event).toMatchObject({
      failure: { kind: "error", error: { code: "UNEXPECTED" } },
    });
  });

  it("too large is halved as told, and grows again with each success", async () => {
    const world = await at("flushing");
    const limits: number[] = [];
    const answer = async (outcome: BatchOutcome) => {
      limits.push(world.send.one.input.limit);
      await world.send.one.resolve(outcome);
      await world.stage.send(granted);
    };
    await answer({ type: "batch.tooLarge", limit: 50 });
    await answer({ type: "batch.tooLarge", limit: 25 });
    await answer(settled(25, 75, { full: true } as never));
    await answer(settled(50, 25, { full: true } as never));
    expect([...limits, world.send.one.input.limit]).toEqual([
      Number.MAX_SAFE_INTEGER,
      50,
      25,
      50,
      100,
    ]);
    expect(world.stage.heard()).not.toContain("flush.failed");
  });
});

describe("backing off", () => {
  it("doubles the wait up to the maximum, tries without end, and starts over after a success", async () => {
    const world = await at("flushing");
    for (const wait of [100, 200, 350, 350, 350]) {
      world.stage.take();
      await world.send.one.resolve(failedBatch);
      const { at, delayMs } = world.stage.context;
      expect(at + delayMs).toBe(world.stage.clock.wall + wait);
      world.stage.take();
      await world.stage.advance(wait - 1);
      expect(world.stage.heard()).toEqual([]);
      await world.stage.advance(1);
      expect(world.stage.heard()).toEqual(["permit.requested"]);
      await world.stage.send(granted);
    }
    await world.send.one.resolve(settled(1, 5));
    await world.stage.send(full, granted);
    await world.send.one.resolve(failedBatch);
    world.stage.take();
    await world.stage.advance(100);
    expect(world.stage.heard()).toEqual(["permit.requested"]);
  });

  it.each([
    [0, 90],
    [0.999_999, 110],
  ])("is spread by the dice: %d gives %d ms", async (dice, wait) => {
    const world = await at("flushing");
    world.chance.dice = dice;
    await world.send.one.resolve(failedBatch);
    expect(world.stage.context.delayMs).toBe(wait);
  });

  it("says whether the failure is a repeated one", async () => {
    const world = await at("flushing");
    const repeated: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      await world.send.one.resolve(failedBatch);
      for (const { event } of world.stage.take()) {
        if (event.type === "flush.failed") repeated.push((event as never)["repeated"]);
      }
      await world.stage.advance(400);
      await world.stage.send(granted);
    }
    expect(repeated).toEqual([false, true, true]);
  });

  it("is cut short by a wish, not by a full buffer", async () => {
    const world = await at("backingOff");
    await world.stage.send(full, buffered);
    expect(world.stage.heard()).toEqual([]);
    await world.stage.send(flush(3));
    expect(world.stage.heard()).toEqual(["permit.requested"]);
  });
});

describe("being kept from sending", () => {
  it.each([{ kind: "offline" }, { kind: "unauthorized" }, { kind: "held", until: 9 }] as const)(
    "waits without timer: $kind",
    async (refusal) => {
      const world = await at("asking");
      await world.stage.send({ type: "permit.refused", refusal });
      expect(world.stage.take()[0]?.event).toEqual({
        type: "flush.failed",
        channel: "tracking",
        repeated: false,
        failure: refusal,
      });
      await world.stage.advance(1_000_000);
      await world.stage.send(full);
      expect([work(world), world.stage.take(), world.stage.clock.timers]).toEqual(["held", [], 0]);
    },
  );

  it("asks again once the gate is open, and at each wish", async () => {
    for (const event of [{ type: "gate.opened" } as const, flush(1)]) {
      const world = await at("held");
      await world.stage.send(event);
      expect(world.stage.heard()).toEqual(["permit.requested"]);
    }
  });

  it("asks for a hold when the server does", async () => {
    const world = await at("flushing");
    await world.send.one.resolve(heldBatch);
    expect(work(world)).toBe("held");
    expect(world.stage.take()).toEqual([
      {
        to: "hold",
        event: { type: "hold.requested", forMs: 7_000, at: world.stage.clock.wall },
      },
      {
        to: "client",
        event: { type: "flush.failed", channel: "tracking", repeated: false, failure },
      },
    ]);
  });

  it("reports a refused key", async () => {
    const world = await at("flushing");
    await world.send.one.resolve(unauthorizedBatch);
    expect(work(world)).toBe("held");
    expect(world.stage.take().map(({ event }) => event)).toEqual([
      { type: "key.refused", by: "tracking" },
      { type: "flush.failed", channel: "tracking", repeated: false, failure },
    ]);
  });

  it.each([
    [0, 0],
    [0.25, 1_000],
    [0.999_999, 4_000],
  ])("goes on after a hold at a moment of its own: dice %d, %d ms", async (dice, wait) => {
    const world = await at("held");
    world.chance.dice = dice;
    await world.stage.send({ type: "hold.ended", spreadMs: 4_000 });
    if (wait > 0) await world.stage.advance(wait - 1);
    if (wait > 0) expect(world.stage.heard()).toEqual([]);
    await world.stage.advance(wait > 0 ? 1 : 0);
    expect(world.stage.heard()).toEqual(["permit.requested"]);
  });

  it("goes on at once after a hold for a wish", async () => {
    const world = await at("releasing");
    await world.stage.send(flush(1));
    expect(world.stage.heard()).toEqual(["permit.requested"]);
  });
});

describe("close", () => {
  it("ends at once when nothing is queued", async () => {
    const world = await at("idle");
    await world.stage.send(close);
    expect(world.stage.take()).toEqual([
      { to: "client", event: { type: "channel.closed", channel: "tracking" } },
    ]);
  });

  it.each(["dormant", "buffering", "backingOff", "releasing"])(
    "drains at once while %s",
    async (state) => {
      const world = await at(state);
      await world.stage.send(close);
      expect(world.stage.heard()).toEqual(["permit.requested"]);
      await world.stage.send(granted);
      await world.send.one.resolve(settled(10, 15));
      await world.stage.send(granted);
      await world.send.one.resolve(settled(10, 5));
      await world.stage.send(granted);
      await world.send.one.resolve(settled(5, 0));
      expect(world.stage.heard()).toEqual([
        "flush.progressed",
        "permit.requested",
        "flush.progressed",
        "permit.requested",
        "flush.progressed",
        "channel.closed",
      ]);
      expect([work(world), world.send.most, world.stage.clock.timers]).toEqual(["closed", 1, 0]);
    },
  );

  it("lets a POST in flight finish, and does not repeat it", async () => {
    const world = await at("flushing");
    await world.stage.send(close);
    await world.stage.advance(4_000);
    expect([world.send.count, world.stage.heard()]).toEqual([{ calls: 1, open: 1 }, []]);
    await world.send.one.resolve(settled(5, 0));
    expect(world.stage.heard()).toEqual(["flush.progressed", "channel.closed"]);
    expect(world.send.calls).toHaveLength(1);
  });

  it("waits for a permit that was asked for, and uses it", async () => {
    const world = await at("asking");
    await world.stage.send(close, granted);
    expect(world.send.open).toHaveLength(1);
  });

  it.each([
    ["is refused a permit", "asking", refused],
    ["is held", "held", undefined],
  ])("gives up when it %s", async (_, state, event) => {
    const world = await at(state);
    await world.stage.send(close);
    if (event !== undefined) await world.stage.send(event);
    expect(world.stage.heard()).toContain("channel.closed");
    expect([work(world), world.send.calls]).toEqual(["closed", []]);
  });

  it.each([
    ["held", heldBatch],
    ["unauthorized", unauthorizedBatch],
  ])("gives up when the server's answer is %s", async (_, outcome) => {
    const world = await at("flushing");
    await world.stage.send(close);
    await world.send.one.resolve(outcome);
    expect(world.stage.heard().at(-1)).toBe("channel.closed");
  });

  it("goes on trying after a failure", async () => {
    const world = await at("flushing");
    await world.stage.send(close);
    await world.send.one.resolve(failedBatch);
    await world.stage.advance(100);
    await world.stage.send(granted);
    await world.send.one.resolve(settled(5, 0));
    expect(world.stage.heard().at(-1)).toBe("channel.closed");
  });

  it("ends at once when it is halted, breaking off what is under way", async () => {
    const world = await at("flushing");
    await world.stage.send(last(3), close, halt);
    expect([work(world), world.send.open]).toEqual(["closed", []]);
    expect(world.stage.heard()).toEqual(["channel.closed"]);
    expect(world.stage.clock.timers).toBe(0);
  });

  it("splits what is too large", async () => {
    const world = await at("flushing");
    await world.stage.send(close);
    await world.send.one.resolve({ type: "batch.tooLarge", limit: 5 });
    await world.stage.send(granted);
    expect(world.send.one.input).toEqual({ limit: 5 });
  });

  it("drains counts, too, where the buffer is never said to be empty", async () => {
    const world = await at("buffering", { periodic: true });
    await world.stage.send(close, granted);
    await world.send.one.resolve(settled(1, 0));
    expect([work(world), world.stage.heard().at(-1)]).toEqual(["closed", "channel.closed"]);
  });

  it("is final: nothing moves it any more", async () => {
    const world = await at("idle");
    await world.stage.send(close);
    world.stage.take();
    await world.stage.send(begin, buffered, full, flush(3), close, halt, granted, refused);
    await world.stage.send({ type: "gate.opened" }, { type: "hold.ended", spreadMs: 10 });
    await world.stage.advance(100_000);
    expect([work(world), world.stage.take(), world.send.calls]).toEqual(["closed", [], []]);
  });
});

describe("a page that may end", () => {
  it("sends at once what waits", async () => {
    const world = await at("buffering");
    await world.stage.send(last(3));
    expect(work(world)).toBe("asking");
  });

  it("sends one more batch beside the POST under way, and no third", async () => {
    const world = await at("flushing");
    await world.stage.send(last(3), last(3));
    expect(world.send.open).toHaveLength(2);
  });

  it("tells of each of the two batches, whichever ends first", async () => {
    const world = await at("flushing");
    await world.stage.send(last(3));
    const [first, second] = world.send.open;
    await second?.resolve(settled(2, 5));
    expect(work(world)).toBe("flushing");
    await first?.resolve(settled(5, 0));
    expect(world.stage.take().map(({ event }) => event)).toMatchObject([
      { type: "flush.progressed", delivered: 2 },
      { type: "flush.progressed", delivered: 5 },
    ]);
    expect(work(world)).toBe("idle");
  });

  it.each([failedBatch, heldBatch, unauthorizedBatch])(
    "leaves it to the loop to try again what the last batch could not deliver: $type",
    async (outcome) => {
      const world = await at("flushing");
      await world.stage.send(last(3));
      await world.send.open[1]?.resolve(outcome);
      expect([work(world), world.stage.take()]).toEqual(["flushing", []]);
    },
  );

  it("gives the last batch up after the deadline", async () => {
    const world = await at("flushing");
    await world.stage.advance(1_000);
    await world.stage.send(last(3));
    await world.stage.advance(5_000);
    expect(world.send.calls.map(({ state }) => state)).toEqual(["aborted", "aborted"]);
  });

  it("that closes ends when both batches have", async () => {
    const world = await at("flushing");
    await world.stage.send(last(3), close);
    const [first, second] = world.send.open;
    await first?.resolve(settled(1));
    expect(work(world)).toBe("idle");
    await second?.resolve(settled(3));
    expect(work(world)).toBe("closed");
  });
});

describe.each([
  { periodic: false, flushIntervalMs: 30_000 },
  { periodic: true, flushIntervalMs: 30_000 },
  { periodic: false, flushIntervalMs: 0 },
  { periodic: true, flushIntervalMs: 0 },
])("all paths, $periodic, every $flushIntervalMs ms", ({ periodic, flushIntervalMs }) => {
  const said: FlushLoopEvent[] = [
    begin,
    buffered,
    full,
    flush(2),
    last(2),
    { type: "gate.opened" },
    { type: "hold.ended", spreadMs: 1_000 },
    granted,
    refused,
    close,
    halt,
  ];
  const reached = explore(flushLoopMachine, {
    input: { ...input, periodic, flushIntervalMs },
    events: () => said,
    outputs: {
      sendBatch: [
        settled(1, 0),
        settled(1, 1),
        settled(1, 3, { full: true } as never),
        { type: "batch.tooLarge", limit: 1 },
        heldBatch,
        unauthorizedBatch,
        failedBatch,
      ],
    },
    failures: { sendBatch: [new Error("bug")] },
    distinct: ({ context }) => [Math.min(context.attempt, 2), Math.min(context.wanted, 2)],
  });
  const closed = reached.filter(({ state }) => state.value.work === "closed");

  it("reach every state", () => {
    // Where something may always be waiting, nobody rests.
    const passing = periodic ? ["work.idle"] : [];
    const untimed = ["work.backingOff", "work.releasing", "work.buffering.timed"];
    const never = flushIntervalMs > 0 ? ["work.buffering.untimed"] : untimed;
    expect(unreached(flushLoopMachine, reached).sort()).toEqual([...passing, ...never].sort());
  });

  it("have a timer beside a POST only where there is an interval", () => {
    for (const { state, events } of reached) {
      const waits = hasTimer(state) && !state.hasTag("busy");
      if (waits) expect(flushIntervalMs, events.join(" → ")).toBeGreaterThan(0);
    }
  });

  it("have at most one POST under way, but for the last of a page, and each has a deadline", () => {
    for (const { state, events } of reached) {
      const invoked = nodesOf(state).flatMap((node) => node.invoke.map(({ id }) => id));
      const flushing = state.matches({ work: "flushing" });
      const leaving = state.value.farewell === "posting";
      expect(invoked.sort(), events.join(" → ")).toEqual([
        ...(flushing ? ["sendBatch"] : []),
        ...(leaving ? ["sendLast"] : []),
      ]);
      if (invoked.length > 0) expect(hasTimer(state)).toBe(true);
    }
  });

  it("leave closed by nothing", () => {
    expect(closed.length).toBeGreaterThan(0);
    for (const { state, events } of closed) {
      expect(hasTimer(state), events.join(" → ")).toBe(false);
      expect(state.value.life).toBe("draining");
      for (const event of said) {
        expect(next(flushLoopMachine, state, event).value, event.type).toEqual(state.value);
      }
    }
  });

  it("end once they are drained: from everywhere, closing and good answers lead to closed", () => {
    for (const { state, events } of reached) {
      let at = next(flushLoopMachine, state, close);
      for (let step = 0; step < 6 && at.value.work !== "closed"; step++) {
        const invoke = nodesOf(at).flatMap((node) => node.invoke)[0];
        at = next(
          flushLoopMachine,
          at,
          at.value.work === "asking" || invoke === undefined
            ? granted
            : ({
                type: `xstate.done.actor.${invoke.id}`,
                actorId: invoke.id,
                output: settled(1, 0),
              } as never),
        );
      }
      expect(at.value.work, events.join(" → ")).toBe("closed");
    }
  });
});
