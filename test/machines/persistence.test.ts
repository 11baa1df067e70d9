import { describe, expect, it } from "vitest";
import { type PersistenceEvent, persistenceMachine } from "../../machines";
import { explore, hasTimer, nodesOf, unreached } from "./support/graph";
import { Held } from "./support/held";
import { Chance, Stage } from "./support/stage";

const input = { keeps: true, saveDelayMs: 1_000, touchDelayMs: 60_000 };
const changed = { type: "content.changed" } as const;
const touched = { type: "content.touched" } as const;
const flush = { type: "flush" } as const;
const close = { type: "close" } as const;

function start(keeps = true) {
  const save = new Held<void>();
  const machine = persistenceMachine.provide({ actors: { save: save.logic } });
  return { save, stage: new Stage(new Chance(), machine, { ...input, keeps }, "cache") };
}
const ended = ({ stage }: ReturnType<typeof start>) => stage.snapshot.status === "done";

async function saving() {
  const world = start();
  await world.stage.send(changed);
  await world.stage.advance(1_000);
  return world;
}

describe("writing", () => {
  it("waits for the delay, once for many changes", async () => {
    const { stage, save } = start();
    await stage.send(changed);
    await stage.advance(600);
    await stage.send(changed, touched);
    await stage.advance(399);
    expect(save.count).toEqual({ calls: 0, open: 0 });
    await stage.advance(1);
    expect(save.count).toEqual({ calls: 1, open: 1 });
    await save.one.resolve();
    await stage.advance(1_000_000);
    expect([stage.state, save.count]).toEqual(["clean", { calls: 1, open: 0 }]);
  });

  it("of mere confirmations waits longer, and a change shortens that", async () => {
    const { stage, save } = start();
    await stage.send(touched);
    await stage.advance(30_000);
    await stage.send(touched);
    await stage.advance(29_999);
    expect(save.calls).toHaveLength(0);
    await stage.advance(1);
    expect(save.calls).toHaveLength(1);
    await save.one.resolve();
    await stage.send(touched, changed);
    await stage.advance(1_000);
    expect(save.calls).toHaveLength(2);
  });

  it.each([changed, touched])("goes on once for what came meanwhile: $type", async (event) => {
    const { stage, save } = await saving();
    await stage.send(event, event, changed);
    await stage.advance(100_000);
    expect(save.count).toEqual({ calls: 1, open: 1 });
    await save.one.resolve();
    expect(stage.state).toBe("dirty");
    await stage.advance(1_000);
    expect(save.count).toEqual({ calls: 2, open: 1 });
    await save.one.resolve();
    expect(stage.state).toBe("clean");
  });

  it.each([changed, touched])("starts at once when it is asked for, after $type", async (event) => {
    const { stage, save } = start();
    await stage.send(flush);
    expect([stage.state, save.calls.length]).toEqual(["clean", 0]);
    await stage.send(event, flush, flush);
    expect(save.count).toEqual({ calls: 1, open: 1 });
    await save.one.resolve();
    await stage.advance(1_000_000);
    expect([stage.state, save.count]).toEqual(["clean", { calls: 1, open: 0 }]);
  });

  it("that fails is told, and the next change tries again", async () => {
    const { stage, save } = await saving();
    await save.one.reject(new Error("disk full"));
    const [notice] = stage.take();
    expect(notice).toMatchObject({ to: "client", event: { type: "persistence.failed" } });
    expect((notice?.event as { error?: unknown } | undefined)?.error).toMatchObject({
      name: "RollgateError",
      code: "UNEXPECTED",
    });
    expect(stage.state).toBe("clean");
    await stage.send(changed);
    await stage.advance(1_000);
    expect(save.count).toEqual({ calls: 2, open: 1 });
  });

  it("that fails does not swallow what changed meanwhile", async () => {
    const { stage, save } = await saving();
    await stage.send(changed);
    await save.one.reject(new Error("disk full"));
    expect([stage.state, stage.heard()]).toEqual(["dirty", ["persistence.failed"]]);
    await stage.advance(1_000);
    expect(save.count).toEqual({ calls: 2, open: 1 });
  });
});

it("without a place to write to does nothing, and ends at once", async () => {
  const world = start(false);
  await world.stage.send(changed, touched);
  await world.stage.advance(1_000_000);
  expect([world.stage.state, world.stage.clock.timers]).toEqual(["nowhere", 0]);
  await world.stage.send(close);
  expect([ended(world), world.save.calls]).toEqual([true, []]);
});

describe("closing", () => {
  it("writes nothing when nothing changed", async () => {
    const world = start();
    await world.stage.send(close);
    expect([ended(world), world.save.calls]).toEqual([true, []]);
  });

  it.each([changed, touched])("writes what waits, at once: $type", async (event) => {
    const world = start();
    await world.stage.send(event, close);
    expect(world.save.count).toEqual({ calls: 1, open: 1 });
    expect(ended(world)).toBe(false);
    await world.save.one.resolve();
    expect([ended(world), world.stage.clock.timers]).toEqual([true, 0]);
  });

  it.each([
    ["a write", []],
    ["a write that is outrun", [changed]],
  ])("during %s lets that end, then writes the last state", async (_, before) => {
    const world = await saving();
    await world.stage.send(...before, close);
    expect(world.save.count).toEqual({ calls: 1, open: 1 });
    await world.save.one.resolve();
    expect([ended(world), world.save.count]).toEqual([false, { calls: 2, open: 1 }]);
    await world.save.one.resolve();
    expect([ended(world), world.save.most]).toEqual([true, 1]);
  });

  it.each([
    ["the write under way", 0],
    ["the last write", 1],
  ])("ends although %s fails, and says so", async (_, good) => {
    const world = await saving();
    await world.stage.send(close);
    for (let i = 0; i < good; i++) await world.save.one.resolve();
    await world.save.one.reject(new Error("disk full"));
    expect([ended(world), world.stage.heard()]).toEqual([true, ["persistence.failed"]]);
  });
});

describe("all paths", () => {
  const reached = [true, false].flatMap((keeps) =>
    explore(persistenceMachine, {
      input: { ...input, keeps },
      events: (state): PersistenceEvent[] =>
        state.status === "active" ? [changed, touched, flush, close] : [],
      outputs: { save: [undefined] },
      failures: { save: [new Error("disk full")] },
    }),
  );

  it("reach every state", () => {
    expect(unreached(persistenceMachine, reached)).toEqual([]);
  });

  it("never write twice at once, and never forget what is unsaved", () => {
    for (const { state, events } of reached) {
      const where = events.join(" → ");
      const writes = nodesOf(state).flatMap((node) => node.invoke).length;
      expect(writes, where).toBeLessThanOrEqual(1);
      const atRest = state.matches("clean") || state.matches("nowhere") || state.status === "done";
      expect(hasTimer(state) || writes === 1, where).toBe(!atRest);
    }
  });
});
