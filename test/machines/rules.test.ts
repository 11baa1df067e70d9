import { describe, expect, it } from "vitest";
import type { StreamEvent } from "../../machines";
import { ANSWER, ClientWorld, type InputChanges } from "./support/client-world";
import { settle } from "./support/clock";
import { errors } from "./support/errors";

const streaming: InputChanges = {
  connection: { streaming: true },
  refresh: { maxRetries: 0 },
};

const evaluation = (world: ClientWorld) =>
  JSON.stringify(world.root.getSnapshot().value.evaluation).replaceAll('"', "");

async function say(world: ClientWorld, ...events: StreamEvent[]): Promise<void> {
  for (const event of events) {
    world.stream.one.send(event);
    await settle();
  }
}

/** Streaming, and evaluating by the rules that came. */
async function local(): Promise<ClientWorld> {
  const world = await new ClientWorld(streaming).running();
  await say(world, { type: "stream.opened" }, { type: "stream.rules" });
  await world.compile.one.resolve();
  world.take();
  return world;
}

const identify = (epoch: number, flags: "evaluated" | "outdated" | "kept") =>
  ({ type: "identify", epoch, identify: true, plain: false, flags, age: 0 }) as const;

describe("rules on the stream", () => {
  it("take force once they are compiled, and are kept", async () => {
    const world = await new ClientWorld(streaming).running();
    await say(world, { type: "stream.opened" }, { type: "stream.rules" });
    expect([evaluation(world), world.emitted()]).toEqual(["remote", []]);
    await world.compile.one.resolve();
    expect(evaluation(world)).toBe("{local:confirmed}");
    expect(world.emitted()).toEqual([
      "rules.received",
      "freshness.changed fresh",
      "freshness.changed fresh",
    ]);
    expect(world.of("cache")).toBe("dirty");
  });

  it("answer for the reopening: no GET follows", async () => {
    const world = await new ClientWorld(streaming).running();
    const { length } = world.fetch.calls;
    await say(world, { type: "stream.opened" }, { type: "stream.rules" });
    await world.advance(10_000);
    await world.compile.one.resolve();
    await world.advance(10_000);
    expect(world.fetch.calls).toHaveLength(length);
  });

  it("that overtake each other are compiled anew: the newest win", async () => {
    const world = await new ClientWorld(streaming).running();
    await say(world, { type: "stream.opened" }, { type: "stream.rules" });
    await say(world, { type: "stream.rules" });
    expect(world.compile.calls.map(({ state }) => state)).toEqual(["aborted", "open"]);
    await world.compile.one.resolve();
    expect(world.emitted().filter((line) => line === "rules.received")).toHaveLength(1);
  });

  it("whose evaluator does not load are told, and the server is asked", async () => {
    const world = await new ClientWorld(streaming).running();
    const { length } = world.fetch.calls;
    await say(world, { type: "stream.opened" }, { type: "stream.rules" });
    await world.compile.one.reject(errors.network());
    expect([evaluation(world), world.emitted()]).toEqual(["remote", ["error NetworkError"]]);
    expect(world.fetch.calls).toHaveLength(length + 1);
  });

  it("whose stream was lost before they were compiled are in force, but doubted", async () => {
    const world = await new ClientWorld(streaming).running();
    await say(world, { type: "stream.opened" }, { type: "stream.rules" });
    await say(world, { type: "stream.closed" });
    await world.compile.one.resolve();
    expect(evaluation(world)).toBe("{local:doubtful}");
  });
});

describe("while an open stream vouches for the rules", () => {
  it("its init and its notices ask for nothing", async () => {
    const world = await local();
    const { length } = world.fetch.calls;
    await say(
      world,
      { type: "stream.init", epoch: 1, flags: new Map() },
      { type: "stream.changed" },
    );
    await world.advance(10_000);
    expect([world.fetch.calls.length, world.emitted()]).toEqual([length, []]);
  });

  it("another user is in place at once: nothing is sent, the stream stays", async () => {
    const world = await local();
    const fetches = world.fetch.calls.length;
    await world.send(identify(2, "evaluated"));
    expect(world.emitted()).toEqual(["fetch.settled"]);
    expect(world.load.open).toEqual([]);
    expect([world.identify.calls.length, world.fetch.calls.length]).toEqual([0, fetches]);
    expect(world.stream.live).toHaveLength(1);
  });

  it("an answer to a refresh settles it and changes no flags", async () => {
    const world = await local();
    await world.send({ type: "refresh" });
    await world.fetch.one.resolve(ANSWER);
    expect(world.emitted()).toEqual(["fetch.settled forced"]);
    expect(evaluation(world)).toBe("{local:confirmed}");
  });

  it("a refresh that fails puts nothing in doubt: it is not repeated", async () => {
    const world = await local();
    await world.send({ type: "refresh" });
    await world.fetch.one.reject(errors.server());
    expect(world.emitted()).toEqual(["error ServerError", "fetch.settled forced ServerError"]);
    const { length } = world.fetch.calls;
    await world.advance(600_000);
    expect(world.fetch.calls).toHaveLength(length);
  });

  it("a refresh under way when the user changes is made anew, for the new one", async () => {
    const world = await local();
    await world.send({ type: "refresh" }, identify(2, "evaluated"));
    expect(world.fetch.calls.at(-1)?.state).toBe("aborted");
    await world.identify.one.resolve();
    expect(world.fetch.one.input).toEqual({ epoch: 2 });
  });
});

describe("when the stream of rules is lost", () => {
  it("polling asks for the user who came meanwhile, announced first, and its answer decides", async () => {
    const world = await local();
    await world.send(identify(2, "evaluated"));
    await say(world, { type: "stream.closed" });
    expect(evaluation(world)).toBe("{local:doubtful}");
    await world.advance(30_000);
    expect(world.identify.one.input).toEqual({ epoch: 2 });
    await world.identify.one.resolve();
    await world.fetch.one.resolve(ANSWER);
    expect(world.emitted()).toContain("flags.received #2");
    expect(evaluation(world)).toBe("overruled");
  });

  it("rules that come again decide again", async () => {
    const world = await local();
    await say(world, { type: "stream.closed" });
    await world.send({ type: "refresh" });
    await world.fetch.one.resolve(ANSWER);
    expect(evaluation(world)).toBe("overruled");
    await world.advance(3_000);
    await say(world, { type: "stream.opened" }, { type: "stream.rules" });
    await world.compile.one.resolve();
    expect(evaluation(world)).toBe("{local:confirmed}");
  });

  it("a server that now sends flags has a moment to send rules; then it is asked", async () => {
    const world = await local();
    await say(world, { type: "stream.closed" });
    await world.advance(3_000);
    const { length } = world.fetch.calls;
    await say(
      world,
      { type: "stream.opened" },
      { type: "stream.init", epoch: 1, flags: new Map() },
    );
    expect(evaluation(world)).toBe("{local:expecting}");
    await world.advance(249);
    expect(world.fetch.calls).toHaveLength(length);
    await world.advance(1);
    expect(world.fetch.calls).toHaveLength(length + 1);
    await world.fetch.one.resolve(ANSWER);
    expect(evaluation(world)).toBe("overruled");
  });

  it("a server that sends both, flags first, is not asked", async () => {
    const world = await local();
    await say(world, { type: "stream.closed" });
    await world.advance(3_000);
    const { length } = world.fetch.calls;
    await say(
      world,
      { type: "stream.opened" },
      { type: "stream.init", epoch: 1, flags: new Map() },
      { type: "stream.rules" },
    );
    await world.compile.one.resolve();
    await world.advance(1_000);
    expect(world.fetch.calls).toHaveLength(length);
  });

  it("another user is served by the rules, as outdated, until the server was asked", async () => {
    const world = await local();
    await say(world, { type: "stream.closed" });
    await world.send({ type: "refresh" });
    await world.fetch.one.resolve(ANSWER);
    world.take();
    await world.send(identify(2, "outdated"));
    expect(evaluation(world)).toBe("{local:doubtful}");
    expect(world.emitted()).toEqual(["freshness.changed stale"]);
    const nothing = { grade: "none", age: 0, holdMs: 0, at: 0 } as const;
    await world.load.one.resolve(nothing);
    await world.identify.one.resolve();
    await world.fetch.one.resolve(ANSWER);
    expect(evaluation(world)).toBe("overruled");
  });
});

describe("rules in storage", () => {
  it("serve at once when they are fresh, doubted until a stream brings them", async () => {
    const world = new ClientWorld(streaming);
    await world.init("fresh", { rules: "serving", rulesAge: 1_000 });
    expect(evaluation(world)).toBe("{local:doubtful}");
    expect(world.emitted()).toEqual([
      "cache.adopted #1",
      "init.settled",
      "freshness.changed unconfirmed",
      "ready",
      "freshness.changed unconfirmed",
    ]);
  });

  it("stand behind newer flags of the user", async () => {
    const world = new ClientWorld(streaming);
    await world.init("fresh", { rules: "spare", rulesAge: 1_000 });
    expect(evaluation(world)).toBe("overruled");
  });

  it("are taken over behind flags that the app gave", async () => {
    const world = new ClientWorld({ ...streaming, bootstrapped: true as never });
    await world.init("none", { rules: "spare", rulesAge: 0 });
    expect(evaluation(world)).toBe("overruled");
  });

  it("that are too old serve once the server failed", async () => {
    const world = new ClientWorld(streaming);
    await world.init("expired", { rules: "serving", rulesAge: 9_000_000 });
    expect(evaluation(world)).toBe("remote");
    await world.fetch.one.reject(errors.server());
    expect(evaluation(world)).toBe("{local:doubtful}");
    expect(world.emitted()).toContain("init.settled");
  });
});

describe("the age of rules", () => {
  it("is judged apart from the flags': they grow stale by themselves", async () => {
    const world = await local();
    await say(world, { type: "stream.closed" });
    await world.send({ type: "refresh" });
    await world.fetch.one.resolve(ANSWER);
    world.take();
    for (let poll = 1; poll <= 10; poll++) {
      await world.advance(30_000);
      for (const call of world.fetch.open) await call.resolve(ANSWER);
    }
    const changes = world
      .take()
      .flatMap((event) => (event.type === "freshness.changed" ? [`${event.of} ${event.to}`] : []));
    expect(changes.filter((change) => change !== "flags fresh")).toEqual(["rules stale"]);
    expect([world.of("rules"), world.of("freshness")]).toEqual([
      expect.stringContaining("stale"),
      expect.stringContaining("fresh"),
    ]);
  });
});
