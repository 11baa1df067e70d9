import fc from "fast-check";
import { expect, it } from "vitest";
import type { AnyActorRef } from "xstate";
import type { BatchOutcome, ClientEvent, Failure, FetchOutcome } from "../../machines";
import { ANSWER, ClientWorld, UNCHANGED } from "./support/client-world";
import { errors } from "./support/errors";

const HOUR = 3_600_000;

interface Step {
  readonly name: string;
  readonly run: (world: ClientWorld) => Promise<void> | void;
  /** It may free what was held, or let time pass. */
  readonly frees?: boolean;
}

const say = (name: string, make: (world: ClientWorld) => ClientEvent): Step => ({
  name,
  run: (world) => world.send(make(world)),
});
const epochOf = (world: ClientWorld) => world.root.getSnapshot().context.epoch;
const swap = (flags: "dropped" | "outdated" | "kept", identify: boolean): Step =>
  say(`identify ${flags} ${identify}`, (world) => ({
    type: "identify",
    epoch: epochOf(world) + 1,
    identify,
    plain: !identify,
    flags,
    age: 0,
  }));

const failure: Failure = { kind: "error", error: errors.server() };
const outcomes: BatchOutcome[] = [
  { type: "batch.settled", delivered: 3, rejected: 0, remaining: 0, full: false },
  { type: "batch.settled", delivered: 3, rejected: 1, remaining: 9, full: true },
  { type: "batch.settled", delivered: 3, rejected: 1, remaining: 2, full: false },
  { type: "batch.tooLarge", limit: 2 },
  { type: "batch.held", forMs: 20_000, failure },
  { type: "batch.unauthorized", failure },
  { type: "batch.failed", failure },
];
const answers: (FetchOutcome | Error)[] = [
  ANSWER,
  UNCHANGED,
  { kind: "outdated" },
  errors.server(),
  errors.server(),
  errors.network(),
  errors.key(),
  errors.busy(40),
  errors.missing(),
  new Error("bug"),
];
const identified = [undefined, undefined, errors.server(), errors.key(), errors.busy(40)];
const loads = ["fresh", "stale", "expired", "none"] as const;

const steps: Step[] = [
  say("init", (world) => ({
    type: "init",
    epoch: epochOf(world) + 1,
    identify: true,
    plain: false,
    flags: "dropped",
    age: 0,
  })),
  swap("dropped", true),
  swap("outdated", true),
  swap("dropped", false),
  swap("kept", true),
  say("refresh", () => ({ type: "refresh" })),
  say("offline", () => ({ type: "go.offline" })),
  say("online", () => ({ type: "go.online" })),
  say("left", () => ({ type: "page.left" })),
  { ...say("returned", (world) => ({ type: "page.returned", ...world.now })), frees: true },
  { ...say("woken", (world) => ({ type: "woken", slept: true, ...world.now })), frees: true },
  { ...say("reset circuit", () => ({ type: "circuit.reset" })), frees: true },
  say("track", () => ({ type: "buffer.started", channel: "tracking" })),
  say("full", () => ({ type: "buffer.full", channel: "tracking" })),
  say("flush", () => ({ type: "flush", channel: "tracking", count: 5 })),
  say("flush counts", () => ({ type: "flush", channel: "telemetry", count: 1 })),
  say("outbox", () => ({ type: "outbox.changed" })),
  say("flush deferred", () => ({ type: "flush.deferred" })),
  ...loads.map((grade) => ({
    name: `load ${grade}`,
    run: async (world: ClientWorld) => {
      const load = { grade, age: 1_000_000, holdMs: 0, at: world.clock.wall };
      await world.load.open[0]?.resolve(load);
    },
  })),
  { name: "restore", run: (world) => world.restore.open[0]?.resolve() },
  ...answers.map((answer) => ({
    name: `fetch ${answer instanceof Error ? answer.name : answer.kind}`,
    run: async ({ fetch }: ClientWorld) => {
      const [call] = fetch.open;
      if (answer instanceof Error) await call?.reject(answer);
      else await call?.resolve(answer);
    },
  })),
  ...identified.map((error) => ({
    name: `identify ${error?.name ?? "ok"}`,
    run: async ({ identify }: ClientWorld) => {
      if (error === undefined) await identify.open[0]?.resolve();
      else await identify.open[0]?.reject(error);
    },
  })),
  ...outcomes.flatMap((outcome) => [
    { name: `events ${outcome.type}`, run: (w: ClientWorld) => w.events.open[0]?.resolve(outcome) },
    { name: `counts ${outcome.type}`, run: (w: ClientWorld) => w.counts.open[0]?.resolve(outcome) },
  ]),
  ...(
    [
      { type: "stream.opened" },
      { type: "stream.init", epoch: 1, flags: new Map() },
      { type: "stream.changed" },
      { type: "stream.closed" },
      { type: "stream.retry", delayMs: 3_000 },
      { type: "stream.failed", error: errors.server() },
      { type: "stream.failed", error: errors.key() },
      { type: "stream.failed", error: errors.busy(40) },
    ] as const
  ).map((event) => ({
    name: event.type,
    run: async (world: ClientWorld) => {
      world.stream.live[0]?.send(event);
      await world.advance(0);
    },
  })),
  { name: "saved", run: (world) => world.saveCache.open[0]?.resolve() },
  { name: "not saved", run: (world) => world.saveCache.open[0]?.reject(new Error("full")) },
  { name: "outbox saved", run: (world) => world.saveOutbox.open[0]?.resolve() },
];
const waits = [50, 100, 1_000, 5_000, 30_000, 61_000];
const later: Step[] = waits.map((ms) => ({
  name: `${ms} ms`,
  frees: true,
  run: (world) => world.advance(ms),
}));
const jumps: Step[] = [-24, 24].map((hours) => ({
  name: `clock ${hours} h`,
  run: (world) => {
    world.clock.epoch += hours * HOUR;
  },
}));
const close = say("close", () => ({ type: "close" }));

const anyStep = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...steps) },
  { weight: 2, arbitrary: fc.constantFrom(...later) },
  { weight: 1, arbitrary: fc.constantFrom(...jumps) },
);
const setting = fc.record({
  streaming: fc.boolean(),
  polling: fc.boolean(),
  dice: fc.double({ min: 0, max: 0.999, noNaN: true }),
});

function create(options: { streaming: boolean; polling: boolean; dice: number }): ClientWorld {
  const world = new ClientWorld({
    connection: {
      streaming: options.streaming,
      refreshIntervalMs: options.polling ? 30_000 : 0,
    },
    telemetry: { periodic: true },
    freshness: { maxStalenessMs: HOUR },
  });
  world.chance.dice = options.dice;
  world.listener = (event) => {
    if (!("epoch" in event)) return;
    expect(event.epoch, `${event.type} of another user`).toBe(epochOf(world));
  };
  return world;
}

/** What left the process so far, by kind. */
const departures = (world: ClientWorld) => ({
  fetch: world.fetch.calls.length,
  identify: world.identify.calls.length,
  events: world.events.calls.length,
  counts: world.counts.calls.length,
  stream: world.stream.runs.length,
});

async function take(world: ClientWorld, step: Step): Promise<void> {
  const before = departures(world);
  const held = world.of("hold") === "held" && step.frees !== true;
  const open = world.of("circuit") === "open" && step.frees !== true;
  const offline = world.root.getSnapshot().value.network === "offline" && step.name !== "online";
  await step.run(world);
  check(world, step.name);
  const after = departures(world);
  if (held || offline) expect(after, `${step.name}: something left all the same`).toEqual(before);
  if (open) expect(after.fetch, `${step.name}: open, yet a GET left`).toBe(before.fetch);
}

/** What must hold at any moment. */
function check(world: ClientWorld, where: string): void {
  const { fetch, identify, events, counts, stream, saveCache, saveOutbox } = world;
  const snapshot = world.root.getSnapshot();
  const { phase, network } = snapshot.value;
  const ending = phase === "closed" || (typeof phase === "object" && "closing" in phase);
  const wrong: string[] = [];
  const never = (what: string, bad: boolean) => {
    if (bad) wrong.push(what);
  };
  const children = Object.values(snapshot.children as Record<string, AnyActorRef | undefined>);
  for (const child of children) {
    never(`${child?.id} is broken`, child?.getSnapshot()?.status === "error");
  }
  never(`errors: ${world.errors.join()}`, world.errors.length > 0);
  never(`the client is ${snapshot.status}`, snapshot.status !== "active");
  never("two requests", fetch.open.length + identify.open.length > 1);
  never("two POSTs of events", events.open.length > 1);
  never("two POSTs of counts", counts.open.length > 1);
  never("two streams", stream.live.length > 1);
  never("two writes", saveCache.open.length > 1 || saveOutbox.open.length > 1);
  never("a GET while open", world.of("circuit") === "open" && fetch.open.length > 0);
  never("a GET while offline", network === "offline" && fetch.open.length > 0);
  never("a GET while closing", ending && fetch.open.length > 0);
  never("a stream while offline", network === "offline" && stream.live.length > 0);
  never("a stream while closing", ending && stream.live.length > 0);
  never("a writing client that is closed", phase === "closed" && identify.open.length > 0);
  if (wrong.length > 0) throw new Error(`${where}: ${wrong.join("; ")}`);
}

/** From now on everything answers, and well. */
async function heal(world: ClientWorld, ms: number): Promise<void> {
  const settled = outcomes[0] as BatchOutcome;
  const opened = new Set<unknown>();
  for (let passed = 0; passed < ms; passed += 1_000) {
    for (const call of world.load.open) {
      await call.resolve({ grade: "none", age: 0, holdMs: 0, at: world.clock.wall });
    }
    for (const call of world.restore.open) await call.resolve();
    for (const call of world.identify.open) await call.resolve();
    for (const call of world.fetch.open) await call.resolve(UNCHANGED);
    for (const call of [...world.events.open, ...world.counts.open]) await call.resolve(settled);
    for (const call of [...world.saveCache.open, ...world.saveOutbox.open]) await call.resolve();
    for (const run of world.stream.live) {
      if (!opened.has(run)) run.send({ type: "stream.opened" });
      opened.add(run);
    }
    await world.advance(1_000);
    check(world, "healing");
  }
}

const bounded = (numRuns: number) => ({ seed: 20_261_123, numRuns });

it("keeps every promise whatever happens in whatever order", async () => {
  await fc.assert(
    fc.asyncProperty(setting, fc.array(anyStep, { maxLength: 60 }), async (options, script) => {
      const world = create(options);
      if (steps[0] !== undefined) await take(world, steps[0]);
      for (const step of script) await take(world, step);
    }),
    bounded(100),
  );
});

it("comes to itself once the world is well again: no state is a trap", async () => {
  await fc.assert(
    fc.asyncProperty(setting, fc.array(anyStep, { maxLength: 50 }), async (options, script) => {
      const world = create(options);
      if (steps[0] !== undefined) await take(world, steps[0]);
      for (const step of script) await take(world, step);
      await world.send({ type: "go.online" }, { type: "page.returned", ...world.now });
      await heal(world, 125_000);
      // One explicit wish is answered now, and every channel is free.
      world.take();
      await world.send({ type: "refresh" });
      await heal(world, 2_000);
      expect(world.emitted()).toContain("fetch.settled forced");
      expect([world.of("hold"), world.of("circuit")]).toEqual(["free", "closed"]);
      expect(world.root.getSnapshot().value).toMatchObject({
        phase: "running",
        readiness: "ready",
        key: "accepted",
      });
      for (const loop of ["tracking", "telemetry"]) {
        const { work } = JSON.parse(world.of(loop));
        expect(["idle", { buffering: "timed" }]).toContainEqual(work);
      }
      if (options.streaming) {
        expect(world.stream.live).toHaveLength(1);
        expect(world.stream.one.input).toEqual({ epoch: epochOf(world) });
      }
    }),
    bounded(50),
  );
});

it("closes from wherever it is, within its time, and says so once", async () => {
  await fc.assert(
    fc.asyncProperty(
      setting,
      fc.array(anyStep, { maxLength: 40 }),
      fc.array(anyStep, { maxLength: 10 }),
      async (options, before, after) => {
        const world = create(options);
        for (const step of before) await take(world, step);
        world.take();
        await take(world, close);
        for (const step of after) await take(world, step);
        await world.advance(7_000);
        check(world, "closed");
        expect(world.root.getSnapshot().value.phase).toBe("closed");
        expect(world.emitted().filter((line) => line === "closed")).toHaveLength(1);
        world.root.stop();
        expect(world.clock.timers).toBe(0);
      },
    ),
    bounded(100),
  );
});
