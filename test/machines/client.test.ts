import { describe, expect, it } from "vitest";
import type { BatchOutcome, CacheLoad, Channel } from "../../machines";
import { ANSWER, ClientWorld, type InputChanges, UNCHANGED } from "./support/client-world";
import { errors } from "./support/errors";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const streaming: InputChanges = { connection: { streaming: true } };
const settled = (delivered: number, remaining = 0): BatchOutcome => ({
  type: "batch.settled",
  delivered,
  rejected: 0,
  remaining,
  full: false,
});

describe("init", () => {
  type Outcome = "success" | "failure" | "timeout" | "offline" | "held";
  const table: [CacheLoad["grade"], Outcome, string[]][] = [
    ["fresh", "success", ["init.settled"]],
    ["fresh", "failure", ["init.settled"]],
    ["fresh", "timeout", ["init.settled"]],
    ["fresh", "offline", ["init.settled"]],
    ["fresh", "held", ["init.settled"]],
    ["stale", "success", ["init.settled"]],
    ["stale", "failure", ["error ServerError", "init.settled"]],
    ["stale", "timeout", ["init.settled"]],
    ["stale", "offline", ["init.settled"]],
    ["stale", "held", ["init.settled"]],
    ["expired", "success", ["init.settled"]],
    ["expired", "failure", ["error ServerError", "cache.adopted #1", "init.settled"]],
    ["expired", "timeout", ["cache.adopted #1", "init.settled"]],
    ["expired", "offline", ["cache.adopted #1", "init.settled"]],
    ["expired", "held", ["cache.adopted #1", "init.settled"]],
    ["none", "success", ["init.settled"]],
    ["none", "failure", ["init.settled ServerError", "error ServerError"]],
    ["none", "timeout", ["init.settled timeout"]],
    ["none", "offline", ["init.settled offline"]],
    ["none", "held", ["init.settled held"]],
  ];
  it.each(table)("with %s flags in storage and %s ends as it should", async (grade, how, told) => {
    const world = new ClientWorld({ refresh: { maxRetries: 0, requestTimeoutMs: 60_000 } });
    if (how === "offline") await world.send({ type: "go.offline" });
    await world.init(grade, how === "held" ? { holdMs: 60_000 } : {});
    const before = world.emitted();
    const refused = how === "offline" || how === "held";
    const served = grade === "fresh" || grade === "stale" || (grade === "expired" && refused);
    expect(before.includes("ready")).toBe(served);
    if (served) {
      expect(before).toContain("cache.adopted #1");
      expect(before).toContain(`freshness.changed ${grade === "fresh" ? "unconfirmed" : "stale"}`);
    }
    const atOnce = grade === "fresh" || refused;
    expect(before.some((line) => line.startsWith("init.settled"))).toBe(atOnce);
    if (how === "success") await world.fetch.one.resolve(ANSWER);
    if (how === "failure") await world.fetch.one.reject(errors.server());
    if (how === "timeout") {
      await world.advance(9_999);
      expect(world.emitted()).toEqual([]);
      await world.advance(1);
    }
    const all = [...before, ...world.emitted()];
    const ready = grade !== "none" || how === "success";
    expect(all.filter((line) => line === "ready")).toHaveLength(ready ? 1 : 0);
    const essential = all.filter(
      (line) =>
        /^(init\.settled|error)/.test(line) ||
        (grade === "expired" && line.startsWith("cache.adopted")),
    );
    // Behind fresh flags, a fetch that fails is told by `error` alone.
    const behind = grade === "fresh" && how === "failure" ? ["error ServerError"] : [];
    expect(essential.sort()).toEqual([...told, ...behind].sort());
    expect(all.filter((line) => line.startsWith("init.settled"))).toHaveLength(1);
    expect(world.phase).toBe("running");
    expect(world.errors).toEqual([]);
  });

  it("with flags known beforehand is done at once, and refreshes behind", async () => {
    const world = new ClientWorld({ bootstrapped: true });
    await world.send({
      type: "init",
      epoch: 1,
      identify: false,
      plain: true,
      flags: "kept",
      age: 0,
    });
    expect(world.emitted().sort()).toEqual(["freshness.changed fresh", "init.settled", "ready"]);
    await world.load.one.resolve({ grade: "none", age: 0, holdMs: 0, at: 0 });
    expect(world.fetch.one.input).toEqual({ epoch: 1 });
  });

  it("goes on with nothing when storage breaks", async () => {
    const world = new ClientWorld();
    await world.send({
      type: "init",
      epoch: 1,
      identify: false,
      plain: true,
      flags: "dropped",
      age: 0,
    });
    await world.load.one.reject(new Error("broken"));
    await world.fetch.one.resolve(ANSWER);
    expect(world.emitted()).toContain("init.settled");
  });

  it("that was rejected heals by itself, and a new one waits anew", async () => {
    const world = new ClientWorld({ refresh: { maxRetries: 0 } });
    await world.init();
    await world.fetch.one.reject(errors.missing());
    expect(world.emitted()).toContain("init.settled NotFoundError");
    await world.send({
      type: "init",
      epoch: 2,
      identify: false,
      plain: true,
      flags: "kept",
      age: 0,
    });
    await world.load.one.resolve({ grade: "none", age: 0, holdMs: 0, at: 0 });
    await world.fetch.one.reject(errors.missing());
    expect(world.emitted()).toContain("init.settled NotFoundError");
    await world.advance(30_000);
    await world.fetch.one.resolve(ANSWER);
    expect(world.emitted()).toEqual([
      "flags.received #2",
      "fetch.settled",
      "freshness.changed fresh",
      "ready",
    ]);
  });

  it("that was rejected heals without polling, too", async () => {
    const world = new ClientWorld({
      refresh: { maxRetries: 0 },
      connection: { refreshIntervalMs: 0 },
    });
    await world.init();
    await world.fetch.one.reject(errors.missing());
    for (let round = 0; round < 3; round++) {
      await world.advance(30_000);
      await world.fetch.one.reject(errors.missing());
    }
    world.take();
    await world.advance(30_000);
    await world.fetch.one.resolve(ANSWER);
    expect(world.emitted()).toContain("ready");
    await world.advance(DAY);
    expect(world.fetch.calls).toHaveLength(5);
  });

  it("waits for the user who is identified meanwhile, within the same time", async () => {
    const world = new ClientWorld({ refresh: { requestTimeoutMs: 60_000 } });
    await world.init();
    await world.advance(6_000);
    await world.swap(2);
    await world.advance(3_999);
    expect(world.emitted()).toEqual([]);
    await world.advance(1);
    expect(world.emitted()).toEqual(["init.settled timeout"]);
  });
});

describe("story: stale flags in storage while the server hangs", () => {
  it("serves them at once, and init ends at the first failure, told once", async () => {
    const world = new ClientWorld();
    await world.init("stale");
    expect(world.emitted()).toEqual(["cache.adopted #1", "freshness.changed stale", "ready"]);
    await world.advance(4_999);
    expect(world.emitted()).toEqual([]);
    await world.advance(1);
    expect(world.emitted()).toEqual(["error TimeoutError", "init.settled"]);
    // The attempt after it fails as well: the app has heard of this trouble.
    await world.advance(100);
    await world.advance(5_000);
    expect(world.emitted()).toEqual(["fetch.settled TimeoutError"]);
    await world.advance(30_000 - world.clock.now());
    await world.fetch.one.resolve(ANSWER);
    expect(world.emitted()).toEqual([
      "flags.received #1",
      "fetch.settled",
      "freshness.changed fresh",
    ]);
  });

  it("lets init end by its own time when that is shorter", async () => {
    const world = new ClientWorld({ initTimeoutMs: 2_000 });
    await world.init("stale");
    world.take();
    await world.advance(2_000);
    expect(world.emitted()).toEqual(["init.settled"]);
    expect(world.fetch.open).toHaveLength(1);
  });
});

describe("story: identify during a half-open probe", () => {
  it("replaces the probe without outcome, is announced, and its GET is the next probe", async () => {
    const world = await (await new ClientWorld().running()).probing(errors.server);
    expect(world.of("circuit")).toBe('{"half_open":"probing"}');
    const probe = world.fetch.one;
    await world.swap(2);
    expect([probe.state, world.of("circuit")]).toEqual(["aborted", '{"half_open":"pausing"}']);
    expect(world.identify.one.input).toEqual({ epoch: 2 });
    await world.identify.one.resolve();
    expect([world.fetch.one.input, world.of("circuit")]).toEqual([
      { epoch: 2 },
      '{"half_open":"probing"}',
    ]);
    await world.fetch.one.resolve(ANSWER);
    await world.advance(1_000);
    await world.fetch.one.resolve(UNCHANGED);
    expect(world.of("circuit")).toBe("closed");
    expect(world.emitted().filter((line) => line.startsWith("circuit"))).toEqual([
      "circuit.closed",
    ]);
  });

  it("does not leave the circuit waiting when it comes as the probe is being asked for", async () => {
    const world = await new ClientWorld().running();
    for (let i = 0; i < 3; i++) {
      await world.send({ type: "refresh" });
      await world.fetch.one.reject(errors.invalid());
      world.child("circuit").send({ type: "attempt.failed" });
    }
    expect(world.of("circuit")).toBe("open");
    // An app that swaps the user as soon as it hears that the circuit is half open,
    // which it does because the page comes back after the recovery time.
    world.listener = ({ type }) => {
      if (type !== "circuit.halfOpened") return;
      world.listener = () => {};
      world.root.send({
        type: "identify",
        epoch: 2,
        identify: true,
        plain: false,
        flags: "dropped",
        age: 0,
      });
    };
    await world.send({
      type: "woken",
      slept: true,
      at: world.clock.wall + HOUR,
      age: HOUR,
      rulesAge: 0,
    });
    await world.load.one.resolve({ grade: "none", age: 0, holdMs: 0, at: 0 });
    await world.identify.one.resolve();
    await world.fetch.one.resolve(ANSWER);
    expect(world.emitted()).toContain("flags.received #2");
    await world.advance(1_000);
    await world.fetch.one.resolve(UNCHANGED);
    expect(world.of("circuit")).toBe("closed");
  });
});

describe("story: the stream drops while Retry-After holds", () => {
  it("asks for nothing until the hold is over; then each goes on at its own moment", async () => {
    const world = await new ClientWorld(streaming).running();
    world.stream.one.send({ type: "stream.opened" });
    await world.advance(1_000);
    await world.fetch.one.resolve(UNCHANGED);
    await world.send(
      { type: "buffer.started", channel: "tracking" },
      { type: "flush", channel: "tracking", count: 5 },
    );
    const failure = { kind: "error", error: errors.busy(60) } as const;
    await world.events.one.resolve({ type: "batch.held", forMs: 60_000, failure });
    world.stream.one.send({ type: "stream.closed" });
    const before = [world.fetch.calls.length, world.stream.runs.length, world.events.calls.length];
    world.take();
    await world.advance(59_999);
    expect([world.fetch.calls.length, world.stream.runs.length, world.events.calls.length]).toEqual(
      before,
    );
    // Its polls, taking over, are refused; flags in hand serve on.
    expect(new Set(world.emitted())).toEqual(new Set(["fetch.settled held"]));
    await world.send({ type: "refresh" });
    expect(world.emitted()).toEqual(["fetch.settled forced held"]);
    world.chance.dice = 0.25;
    await world.advance(1);
    expect(world.stream.live).toEqual([]);
    await world.advance(14_999);
    expect([world.stream.live, world.events.open, world.fetch.open]).toEqual([[], [], []]);
    await world.advance(1);
    expect([world.stream.live.length, world.events.open.length, world.fetch.open.length]).toEqual([
      1, 1, 1,
    ]);
  });
});

describe("story: setOffline during a flush", () => {
  it("lets the POST finish, keeps the rest, and sends it once online again", async () => {
    const world = await new ClientWorld().running();
    await world.send(
      { type: "buffer.started", channel: "tracking" },
      { type: "flush", channel: "tracking", count: 8 },
      { type: "refresh" },
    );
    const post = world.events.one;
    await world.send({ type: "go.offline" });
    expect([post.state, world.fetch.open]).toEqual(["open", []]);
    expect(world.emitted()).toEqual(["fetch.settled forced offline"]);
    await post.resolve(settled(5, 3));
    expect(world.emitted()).toEqual(["flush.progressed", "flush.failed offline"]);
    await world.advance(HOUR);
    await world.send({ type: "refresh" });
    expect([world.events.open, world.fetch.open]).toEqual([[], []]);
    world.take();
    await world.send({ type: "go.online" });
    expect([world.events.open.length, world.fetch.open.length]).toEqual([1, 1]);
    await world.events.one.resolve(settled(3, 0));
    expect(world.events.calls).toHaveLength(2);
  });
});

describe("story: close in the middle of everything", () => {
  const busy = async (changes: InputChanges = {}) => {
    const world = await new ClientWorld({ ...streaming, ...changes }).running();
    world.stream.one.send({ type: "stream.opened" });
    await world.send(
      { type: "buffer.started", channel: "tracking" },
      { type: "flush", channel: "tracking", count: 8 },
      { type: "refresh" },
    );
    world.take();
    return world;
  };

  it("aborts what asks, finishes what delivers, saves, and says so once", async () => {
    const world = await busy();
    const [fetch, post, stream] = [world.fetch.one, world.events.one, world.stream.one];
    await world.send({ type: "close" });
    expect([fetch.state, post.state, stream.stopped]).toEqual(["aborted", "open", true]);
    await post.resolve(settled(5, 3));
    await world.events.one.resolve(settled(3, 0));
    expect(world.saveOutbox.open).toHaveLength(1);
    await world.saveOutbox.one.resolve();
    expect(world.emitted()).toEqual(["flush.progressed", "flush.progressed", "closed"]);
    expect([world.phase, world.events.most]).toEqual(["closed", 1]);
    await world.send({ type: "close" }, { type: "go.offline" }, { type: "go.online" });
    await world.advance(60_000);
    expect(world.emitted()).toEqual([]);
    expect([world.fetch.open, world.stream.live, world.events.open]).toEqual([[], [], []]);
  });

  it("gives up a POST that hangs at the close timeout, and a store that hangs soon after", async () => {
    const world = await busy({ tracking: { requestTimeoutMs: 60_000 } });
    const post = world.events.one;
    await world.send({ type: "outbox.changed" }, { type: "close" });
    await world.advance(4_999);
    expect(world.phase).toEqual({ closing: { draining: { counts: "done", events: "draining" } } });
    await world.advance(1);
    expect([world.phase, world.saveOutbox.open.length, post.state]).toEqual([
      { closing: { saving: { flags: "done", unsent: "saving" } } },
      1,
      "aborted",
    ]);
    await world.advance(2_000);
    expect([world.phase, world.emitted()]).toEqual(["closed", ["closed"]]);
    // What the POST brings after all finds nobody, and breaks nothing.
    await post.resolve(settled(8, 0));
    expect([world.emitted(), world.errors]).toEqual([[], []]);
  });

  it("is not undone by a key that is refused, or a page that leaves, while draining", async () => {
    const world = await busy();
    await world.send(
      { type: "close" },
      { type: "page.left" },
      { type: "page.returned", ...world.now },
    );
    const failure = { kind: "error", error: errors.key() } as const;
    await world.events.one.resolve({ type: "batch.unauthorized", failure });
    await world.advance(100_000);
    expect(JSON.parse(world.of("connection")).feed).toBe("closed");
    expect([world.phase, world.fetch.open, world.errors]).toEqual(["closed", [], []]);
  });

  it("ends at once for a client that was never started", async () => {
    const world = new ClientWorld();
    await world.send({ type: "close" });
    for (const held of [world.events, world.counts]) await held.one.resolve(settled(0));
    await world.saveOutbox.one.resolve();
    expect([world.phase, world.emitted().at(-1), world.fetch.calls]).toEqual([
      "closed",
      "closed",
      [],
    ]);
  });

  it("leaves no timer once its actor is stopped", async () => {
    const world = await busy();
    await world.events.one.resolve({
      type: "batch.held",
      forMs: 60_000,
      failure: { kind: "error", error: errors.busy(60) },
    });
    await world.send({ type: "close" });
    for (const call of world.saveCache.open) await call.resolve();
    for (const call of world.saveOutbox.open) await call.resolve();
    expect(world.phase).toBe("closed");
    world.root.stop();
    expect(world.clock.timers).toBe(0);
  });

  it("goes on when something fires on its way out: hold, circuit, wish", async () => {
    const world = await new ClientWorld({ closeTimeoutMs: HOUR }).running();
    await world.probing(errors.server);
    await world.fetch.one.reject(errors.server());
    await world.send(
      { type: "buffer.started", channel: "tracking" },
      { type: "flush", channel: "tracking", count: 8 },
      { type: "close" },
      { type: "refresh" },
      { type: "woken", slept: true, ...world.now },
    );
    await world.advance(4_000);
    await world.events.one.resolve({
      type: "batch.failed",
      failure: { kind: "error", error: errors.server() },
    });
    await world.advance(60_000);
    expect([world.errors, world.root.getSnapshot().status, world.fetch.open]).toEqual([
      [],
      "active",
      [],
    ]);
  });
});

describe("story: a page frozen for a day", () => {
  const frozen = async (changes: InputChanges) => {
    const world = await new ClientWorld(changes).running();
    await world.send({ type: "page.left" });
    world.take();
    const calls = world.fetch.calls.length;
    await world.clock.freeze(DAY);
    return { world, calls };
  };

  it.each([
    ["polling", {}],
    ["streaming", streaming],
  ])("%s: believes it is stale, and refreshes once", async (_, changes) => {
    const { world, calls } = await frozen(changes);
    expect(world.fetch.calls.length).toBe(calls);
    await world.send({ type: "page.returned", at: world.clock.wall, age: DAY, rulesAge: 0 });
    await world.send({ type: "woken", slept: true, at: world.clock.wall, age: DAY, rulesAge: 0 });
    expect(world.of("freshness")).toContain('"age":"stale"');
    expect(world.fetch.calls.length).toBe(calls + 1);
    await world.fetch.one.resolve(UNCHANGED);
    await world.advance(10_000);
    expect(world.fetch.calls.length).toBe(calls + 1);
    expect(world.of("freshness")).toContain('"age":"fresh"');
  });

  it("whose timers stood still learns from the clock that everything is over", async () => {
    const world = await new ClientWorld({ freshness: { maxStalenessMs: HOUR } }).running();
    await world.probing(errors.server);
    await world.fetch.one.reject(errors.server());
    expect(world.of("circuit")).toBe("open");
    await world.send(
      { type: "buffer.started", channel: "tracking" },
      { type: "flush", channel: "tracking", count: 1 },
    );
    const failure = { kind: "error", error: errors.busy(60) } as const;
    await world.events.one.resolve({ type: "batch.held", forMs: 60_000, failure });
    expect(world.of("hold")).toBe("held");
    await world.send({ type: "page.left" });
    world.clock.epoch += DAY;
    world.take();
    await world.send({ type: "page.returned", at: world.clock.wall, age: DAY, rulesAge: 0 });
    expect([world.of("hold"), world.of("circuit")]).toEqual(["free", '{"half_open":"probing"}']);
    expect(world.emitted()).toContain("freshness.changed expired");
    expect(world.fetch.open).toHaveLength(1);
  });

  it("and taken offline meanwhile stays silent until both are over", async () => {
    const world = await new ClientWorld().running();
    const { length } = world.fetch.calls;
    await world.send({ type: "page.left" }, { type: "go.offline" });
    await world.send({ type: "page.returned", ...world.now });
    await world.advance(HOUR);
    expect(world.fetch.calls).toHaveLength(length);
    await world.send({ type: "page.left" }, { type: "go.online" });
    await world.advance(HOUR);
    expect(world.fetch.calls).toHaveLength(length);
    await world.send({ type: "page.returned", ...world.now });
    expect(world.fetch.calls).toHaveLength(length + 1);
  });
});

describe("permits", () => {
  const channels = { refresh: "flags", connection: "stream", tracking: "events" } as const;
  const situations: Record<string, (world: ClientWorld) => Promise<void>> = {
    free: async () => {},
    offline: (world) => world.send({ type: "go.offline" }),
    "page away": (world) => world.send({ type: "page.left" }),
    "key refused": (world) => world.send({ type: "key.refused", by: "refresh" }),
    held: async (world) => {
      world.child("hold").send({ type: "hold.requested", forMs: 60_000, at: world.clock.wall });
    },
    "circuit open": async (world) => {
      for (let i = 0; i < 3; i++) world.child("circuit").send({ type: "attempt.failed" });
    },
  };
  it.each([
    ["free", ["refresh: granted", "connection: granted", "tracking: granted"]],
    ["offline", ["refresh: offline", "connection: offline", "tracking: offline"]],
    // Someone asked for it: the browser may be wrong about the network.
    ["page away", ["refresh: granted", "connection: offline", "tracking: offline"]],
    ["key refused", ["refresh: granted", "connection: unauthorized", "tracking: unauthorized"]],
    ["held", ["refresh: held", "connection: held", "tracking: held"]],
    ["circuit open", ["refresh: open", "connection: granted", "tracking: granted"]],
  ])("while %s: %j", async (situation, permits) => {
    const world = await new ClientWorld().running();
    await situations[situation]?.(world);
    world.permits.length = 0;
    for (const [channel, purpose] of Object.entries(channels)) {
      await world.send({ type: "permit.requested", channel: channel as Channel, purpose });
    }
    expect(world.permits).toEqual(permits);
  });
});

describe("what belongs to an older user", () => {
  const error = errors.server();
  it.each([
    ["flags", { type: "fetch.succeeded", epoch: 1, answer: ANSWER, forced: true }],
    ["a failure", { type: "fetch.failed", epoch: 1, failure: { kind: "offline" }, forced: true }],
    ["the end of an attempt", { type: "attempt.failed", epoch: 1, error }],
    ["its announcement", { type: "user.established", epoch: 1 }],
  ] as const)("is dropped: %s", async (_, event) => {
    const world = await new ClientWorld(streaming).running();
    await world.swap(2);
    world.take();
    const before = [world.of("connection"), world.of("freshness"), world.phase];
    await world.send(event);
    expect(world.emitted()).toEqual([]);
    expect([world.of("connection"), world.of("freshness"), world.phase]).toEqual(before);
  });

  it("is no stream's set any more; a fetch brings the new user's", async () => {
    const world = await new ClientWorld(streaming).running();
    await world.swap(2, {}, true);
    world.take();
    await world.send({ type: "stream.init", epoch: 1, flags: new Map() });
    expect(world.emitted()).toEqual([]);
  });

  it("is no entry of storage any more", async () => {
    const world = await new ClientWorld().running();
    await world.send({
      type: "identify",
      epoch: 2,
      identify: false,
      plain: true,
      flags: "dropped",
      age: 0,
    });
    const first = world.load.one;
    await world.send({
      type: "identify",
      epoch: 3,
      identify: false,
      plain: true,
      flags: "dropped",
      age: 0,
    });
    expect(first.state).toBe("aborted");
    await first.resolve({ grade: "fresh", age: 0, holdMs: 0, at: 0 });
    expect(world.emitted()).toEqual([]);
    await world.load.one.resolve({ grade: "fresh", age: 0, holdMs: 0, at: 0 });
    expect(world.emitted()[0]).toBe("cache.adopted #3");
    expect(world.fetch.one.input).toEqual({ epoch: 3 });
  });
});

describe("a stream's set", () => {
  it("is taken for a plain user, and fetched again for its reasons", async () => {
    const world = await new ClientWorld(streaming).running();
    world.stream.one.send({ type: "stream.opened" });
    world.stream.one.send({ type: "stream.init", epoch: 1, flags: new Map() });
    await world.advance(0);
    expect(world.emitted()).toEqual(["init.received #1", "freshness.changed fresh"]);
    expect([world.fetch.open.length, world.of("freshness")]).toEqual([
      1,
      '{"age":"live","stream":"up"}',
    ]);
  });

  it("is not taken for a user with attributes, only fetched", async () => {
    const world = await new ClientWorld(streaming).running();
    await world.swap(2);
    await world.identify.one.resolve();
    await world.fetch.one.resolve(ANSWER);
    await world.advance(1_000);
    world.take();
    world.stream.one.send({ type: "stream.opened" });
    world.stream.one.send({ type: "stream.init", epoch: 2, flags: new Map() });
    await world.advance(0);
    expect([world.emitted(), world.fetch.open.length]).toEqual([[], 1]);
  });
});

describe("an entry kept in reserve", () => {
  it("is stale, although the stream is open", async () => {
    const world = new ClientWorld({ ...streaming, refresh: { maxRetries: 0 } });
    await world.init("expired");
    world.stream.one.send({ type: "stream.opened" });
    await world.fetch.one.reject(errors.server());
    expect(world.emitted()).toContain("freshness.changed stale");
    expect(world.of("freshness")).toBe('{"age":"stale","stream":"up"}');
  });

  it("belongs to one user", async () => {
    const world = new ClientWorld({ refresh: { maxRetries: 0 } });
    await world.init("expired");
    await world.swap(2);
    await world.identify.one.resolve();
    await world.fetch.one.reject(errors.server());
    expect(world.emitted()).not.toContain("cache.adopted #2");
  });
});

describe("errors", () => {
  it("of a later user are told although init's trouble was told", async () => {
    const world = new ClientWorld();
    await world.init("stale");
    await world.fetch.one.reject(errors.server());
    expect(world.emitted()).toContain("error ServerError");
    await world.swap(2);
    await world.identify.one.resolve();
    await world.fetch.one.reject(errors.invalid());
    expect(world.emitted()).toContain("error ValidationError");
  });

  it("of identify are told, once", async () => {
    const world = await new ClientWorld().running();
    await world.swap(2);
    await world.identify.one.reject(errors.server());
    await world.fetch.one.resolve(ANSWER);
    expect(world.emitted().filter((line) => line.startsWith("error"))).toEqual([
      "error ServerError",
    ]);
  });

  it("of storage are told and stop nothing", async () => {
    const world = await new ClientWorld().running();
    await world.send({ type: "outbox.changed" });
    await world.advance(2_000);
    await world.saveOutbox.one.reject(new Error("full"));
    expect(world.emitted()).toEqual(["error RollgateError"]);
  });
});

describe("a refused key", () => {
  it("by any channel silences the others; one GET per recovery time heals all", async () => {
    const world = await new ClientWorld(streaming).running();
    await world.send(
      { type: "buffer.started", channel: "tracking" },
      { type: "flush", channel: "tracking", count: 1 },
    );
    const failure = { kind: "error", error: errors.key() } as const;
    await world.events.one.resolve({ type: "batch.unauthorized", failure });
    expect([world.of("connection"), world.stream.live]).toEqual([
      '{"feed":{"unauthorized":"byKey"},"release":"free"}',
      [],
    ]);
    const { length } = world.fetch.calls;
    await world.advance(29_999);
    expect(world.fetch.calls).toHaveLength(length);
    await world.advance(1);
    await world.fetch.one.reject(errors.key());
    await world.advance(30_000);
    await world.fetch.one.resolve(UNCHANGED);
    expect([world.events.open.length, world.stream.live.length]).toEqual([1, 1]);
  });

  it("does not stop an explicit refresh, which heals it at once", async () => {
    const world = await new ClientWorld().running();
    await world.send({ type: "key.refused", by: "refresh" }, { type: "refresh" });
    await world.fetch.one.resolve(UNCHANGED);
    expect(world.of("connection")).toContain('"polling"');
  });

  it("while the circuit is half open leaves the probing to the one question", async () => {
    const world = await new ClientWorld().running();
    await world.probing(errors.server);
    await world.fetch.one.reject(errors.key());
    const { length } = world.fetch.calls;
    await world.advance(29_999);
    expect(world.fetch.calls).toHaveLength(length);
    await world.advance(1);
    await world.fetch.one.resolve(UNCHANGED);
    await world.advance(1_000);
    await world.fetch.one.resolve(UNCHANGED);
    expect(world.of("circuit")).toBe("closed");
  });
});

describe("what is written", () => {
  it("is the set when it changed, the hold when it began, the time when the stream ended", async () => {
    const world = await new ClientWorld(streaming).running();
    const saves = world.saveCache.calls.length;
    world.child("hold").send({ type: "hold.requested", forMs: 60_000, at: world.clock.wall });
    await world.advance(1_000);
    expect(world.saveCache.calls.length).toBe(saves + 1);
    await world.saveCache.one.resolve();
    world
      .child("hold")
      .send({ type: "clock.checked", at: world.clock.wall + HOUR, age: 0, rulesAge: 0 });
    world.stream.one.send({ type: "stream.opened" });
    await world.advance(300);
    for (const call of world.fetch.open) await call.resolve(UNCHANGED);
    await world.advance(61_000);
    for (const call of world.saveCache.open) await call.resolve();
    const before = world.saveCache.calls.length;
    world.take();
    world.stream.one.send({ type: "stream.closed" });
    await world.advance(60_000);
    expect(world.emitted()).toContain("flags.vouched");
    expect(world.saveCache.calls.length).toBe(before + 1);
  });

  it("is the outbox after each delivery", async () => {
    const world = await new ClientWorld().running();
    await world.send(
      { type: "buffer.started", channel: "tracking" },
      { type: "flush", channel: "tracking", count: 1 },
    );
    await world.events.one.resolve(settled(1));
    await world.advance(2_000);
    expect(world.saveOutbox.open).toHaveLength(1);
  });
});
