import { describe, expect, it } from "vitest";
import { assign } from "xstate";
import {
  type ConnectionEvent,
  type ConnectionInput,
  connectionMachine,
  type PermitRefused,
  type StreamEvent,
} from "../../machines";
import { errors } from "./support/errors";
import { explore, hasTimer, next, nodesOf, unreached } from "./support/graph";
import { Source } from "./support/held";
import { Chance, Stage } from "./support/stage";

const polls: ConnectionInput = {
  streaming: false,
  connectTimeoutMs: 5_000,
  refreshIntervalMs: 60_000,
  reconnectBaseDelayMs: 1_000,
  reconnectMaxDelayMs: 30_000,
  changeJitterMs: 0,
  recoveryTimeoutMs: 45_000,
};
const streams: ConnectionInput = { ...polls, streaming: true };
const manual: ConnectionInput = { ...polls, refreshIntervalMs: 0 };

const begin = { type: "start" } as const;
const granted = { type: "permit.granted", probe: false } as const;
const refused: PermitRefused = { type: "permit.refused", refusal: { kind: "held", until: 1 } };
const established = { type: "user.established", epoch: 1 } as const;
const leaving = { type: "user.leaving" } as const;
const close = { type: "close" } as const;
const opened: StreamEvent = { type: "stream.opened" };
const lost: StreamEvent = { type: "stream.closed" };
const changed: StreamEvent = { type: "stream.changed" };
const greeting: StreamEvent = { type: "stream.init", epoch: 1, flags: new Map() };
const failed = (error = errors.server() as never): StreamEvent => ({
  type: "stream.failed",
  error,
});
const held = (spreadMs: number) => ({ type: "hold.ended", spreadMs }) as const;
const woken = (slept: boolean) => ({ type: "woken", slept }) as const;

function start(input: ConnectionInput = polls) {
  const chance = new Chance();
  const stream = new Source<StreamEvent, { epoch: number }>();
  const machine = connectionMachine.provide({
    actions: { sample: assign(chance.sample) },
    actors: { readStream: stream.logic as never },
  });
  return { chance, stream, stage: new Stage(chance, machine, input, "connection") };
}
type World = ReturnType<typeof start>;

/** What was said since last time; a wish by its source. */
function said({ stage }: World): string[] {
  return stage
    .take()
    .map(({ to, event }) =>
      event.type === "fetch.wanted"
        ? `wish ${(event as unknown as { by: string }).by}`
        : to === "client"
          ? event.type
          : `${to} ${event.type}`,
    );
}
const feed = ({ stage }: World): unknown => (stage.state as { feed: unknown }).feed;
function region(world: World, name: "link" | "polls" | "news"): unknown {
  return (feed(world) as { streaming: Record<string, unknown> }).streaming[name];
}

async function started(input: ConnectionInput = polls) {
  const world = start(input);
  await world.stage.send(begin);
  said(world);
  return world;
}

/** Streaming is on and the stream is connecting. */
async function connecting(input: Partial<ConnectionInput> = {}) {
  const world = start({ ...streams, ...input });
  await world.stage.send(begin, established, granted);
  said(world);
  return world;
}

/** The stream is open and has greeted. */
async function open(input: Partial<ConnectionInput> = {}) {
  const world = await connecting(input);
  world.stream.one.send(opened);
  world.stream.one.send(greeting);
  await world.stage.advance(0);
  said(world);
  return world;
}

async function says(world: World, ...events: StreamEvent[]) {
  for (const event of events) world.stream.one.send(event);
  await world.stage.advance(0);
}

describe("before it is started", () => {
  it("wishes for nothing, whatever happens", async () => {
    const world = start(streams);
    await world.stage.send({ type: "suspend" }, { type: "resume" }, { type: "key.refused" });
    await world.stage.send(established, woken(true), { type: "flags.missing" });
    await world.stage.advance(1_000_000);
    expect([feed(world), said(world)]).toEqual(["off", []]);
  });
});

describe("polling", () => {
  it.each([
    [0, 54_000],
    [0.5, 60_000],
    [0.999_999, 66_000],
  ])("is spread by the dice: %d gives %d ms", async (dice, wait) => {
    const world = start();
    world.chance.dice = dice;
    await world.stage.send(begin);
    for (let round = 0; round < 3; round++) {
      expect(world.stage.context.nextPollAt).toBe(world.stage.clock.wall + wait);
      await world.stage.advance(wait - 1);
      expect(said(world)).toEqual([]);
      await world.stage.advance(1);
      expect(said(world)).toEqual(["wish poll"]);
    }
  });

  it("asks once more when the app comes back", async () => {
    const world = await started();
    await world.stage.send(woken(true));
    expect([said(world), feed(world)]).toEqual([["wish return"], "polling"]);
  });

  it("has no stream", async () => {
    const world = await started();
    await world.stage.send(established, granted, opened, changed);
    expect([world.stream.runs, said(world)]).toEqual([[], []]);
  });
});

describe("without polling", () => {
  it("rests without timer", async () => {
    const world = await started(manual);
    expect([feed(world), world.stage.clock.timers]).toEqual([{ manual: "resting" }, 0]);
    await world.stage.send(woken(false));
    expect(said(world)).toEqual(["wish return"]);
  });

  it("heals after the recovery time when flags are missing, and again if need be", async () => {
    const world = await started(manual);
    for (let round = 0; round < 2; round++) {
      await world.stage.send({ type: "flags.missing" }, { type: "flags.missing" });
      expect(world.stage.context.nextPollAt).toBe(world.stage.clock.wall + 45_000);
      await world.stage.advance(44_999);
      expect(said(world)).toEqual([]);
      await world.stage.advance(1);
      expect(said(world)).toEqual(["wish poll"]);
      expect(world.stage.context.nextPollAt).toBeUndefined();
    }
    await world.stage.advance(1_000_000);
    expect(said(world)).toEqual([]);
  });
});

describe("connecting the stream", () => {
  it("waits for the user, then for a permit, then reads that user's stream", async () => {
    const world = start(streams);
    await world.stage.send(begin);
    expect([region(world, "link"), said(world)]).toEqual(["awaitingUser", []]);
    await world.stage.send(established);
    expect(world.stage.state).toMatchObject({ feed: { streaming: { link: "asking" } } });
    expect(world.stage.take()).toEqual([
      {
        to: "client",
        event: { type: "permit.requested", channel: "connection", purpose: "stream" },
      },
    ]);
    expect(world.stream.runs).toHaveLength(0);
    await world.stage.send(granted);
    expect(world.stream.one.input).toEqual({ epoch: 1 });
  });

  it("is told once it is open, and once it is lost", async () => {
    const world = await connecting();
    await says(world, opened);
    expect([said(world), region(world, "link")]).toEqual([["stream.opened"], { attached: "open" }]);
    await says(world, lost);
    expect([said(world), region(world, "link")]).toEqual([["stream.lost"], "backingOff"]);
  });

  it("gives up after the connect timeout", async () => {
    const world = await connecting();
    await world.stage.advance(4_999);
    expect(world.stream.live).toHaveLength(1);
    await world.stage.advance(1);
    expect([world.stream.live, region(world, "link")]).toEqual([[], "backingOff"]);
    const [notice] = world.stage.take();
    expect(notice?.event).toMatchObject({
      type: "stream.failed",
      error: { name: "TimeoutError" },
    });
  });

  it("has no timeout once it is open", async () => {
    const world = await open();
    await world.stage.advance(10_000_000);
    expect([region(world, "link"), world.stream.runs.length]).toEqual([{ attached: "open" }, 1]);
  });

  it("ends with the user, and begins with the next one", async () => {
    const world = await open();
    await world.stage.send(leaving);
    expect([said(world), world.stream.live, region(world, "link")]).toEqual([
      ["stream.lost"],
      [],
      "awaitingUser",
    ]);
    await world.stage.send({ type: "user.established", epoch: 2 }, granted);
    expect(world.stream.one.input).toEqual({ epoch: 2 });
  });

  it.each(["asking", "held", "releasing", "backingOff", "refused"])(
    "waits for the next user also when the last one leaves while %s",
    async (state) => {
      const world = start(streams);
      await world.stage.send(begin, established);
      if (state === "held" || state === "releasing") await world.stage.send(refused);
      if (state === "releasing") await world.stage.send(held(1_000));
      if (state === "backingOff" || state === "refused") await world.stage.send(granted);
      if (state === "backingOff") await says(world, lost);
      if (state === "refused") {
        await says(world, failed(errors.key() as never));
        await world.stage.send({ type: "key.accepted" });
      }
      expect(region(world, "link")).toBe(state);
      await world.stage.send(leaving);
      expect(region(world, "link")).toBe("awaitingUser");
      said(world);
      await world.stage.send({ type: "user.established", epoch: 2 });
      expect(said(world)).toEqual(["permit.requested"]);
    },
  );

  it("takes a reader that breaks for a failure", async () => {
    const world = start(streams);
    const broken = connectionMachine.provide({ actions: { sample: assign(world.chance.sample) } });
    const stage = new Stage(world.chance, broken, streams, "connection");
    await stage.send(begin, established, granted);
    expect(stage.state).toMatchObject({ feed: { streaming: { link: "backingOff" } } });
    expect(stage.take().at(-1)?.event).toMatchObject({
      type: "stream.failed",
      error: { code: "UNEXPECTED" },
    });
  });
});

describe("reconnecting", () => {
  const delays = async (dice: number, rounds: number, input: Partial<ConnectionInput> = {}) => {
    const world = await connecting(input);
    world.chance.dice = dice;
    const waits: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await says(world, lost);
      const wait = world.stage.context.reconnectDelayMs;
      expect(world.stage.context.nextReconnectAt).toBe(world.stage.clock.wall + wait);
      await world.stage.advance(wait - 1);
      expect(region(world, "link")).toBe("backingOff");
      await world.stage.advance(1);
      expect(region(world, "link")).toBe("asking");
      expect(world.stage.context.nextReconnectAt).toBeUndefined();
      await world.stage.send(granted);
      waits.push(wait);
    }
    return waits;
  };

  it.each([
    [0, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]],
    [0.5, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]],
    [0.999_999, [1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000]],
  ])("dice %d waits between half and one and a half, doubling: %j", async (dice, waits) => {
    expect(await delays(dice, waits.length)).toEqual(waits);
  });

  it("takes over the base that the server proposes", async () => {
    const world = await connecting();
    await says(world, { type: "stream.retry", delayMs: 4_000 }, lost);
    expect(world.stage.context.reconnectDelayMs).toBe(4_000);
  });

  it("starts over after the stream was healthy for the longest wait", async () => {
    const world = await connecting();
    const lose = async (openFor: number) => {
      await says(world, opened);
      await world.stage.advance(openFor);
      await says(world, lost);
      const wait = world.stage.context.reconnectDelayMs;
      await world.stage.advance(wait);
      await world.stage.send(granted);
      return wait;
    };
    expect(await lose(0)).toBe(1_000);
    expect(await lose(29_999)).toBe(2_000);
    expect(await lose(30_000)).toBe(1_000);
  });

  it("tells of a failure once, until the stream was healthy", async () => {
    const world = await connecting();
    for (const told of [["stream.failed"], [], []]) {
      await says(world, failed());
      expect(said(world)).toEqual(told);
      await world.stage.advance(world.stage.context.reconnectDelayMs);
      await world.stage.send(granted);
      said(world);
    }
    await says(world, opened);
    await world.stage.advance(30_000);
    said(world);
    await says(world, failed());
    expect(said(world)).toEqual(["stream.lost", "stream.failed"]);
  });

  it("never keeps two streams", async () => {
    const world = await open();
    for (let round = 0; round < 5; round++) {
      await says(world, lost);
      await world.stage.advance(60_000);
      await world.stage.send(granted);
      expect(world.stream.live.length).toBeLessThanOrEqual(1);
    }
    expect(world.stream.runs).toHaveLength(6);
  });
});

describe("polling while streaming", () => {
  it("goes on until the stream is open, and again once it is lost", async () => {
    const world = await connecting({ connectTimeoutMs: 1e9 });
    await world.stage.advance(60_000);
    expect(said(world)).toEqual(["wish poll"]);
    await says(world, opened, greeting);
    expect(region(world, "polls")).toBe("paused");
    said(world);
    await world.stage.advance(1_000_000);
    expect(said(world)).toEqual([]);
    await says(world, lost);
    expect(region(world, "polls")).toBe("waiting");
    said(world);
    await world.stage.advance(60_000);
    expect(said(world)).toContain("wish poll");
  });

  it("is every 30 s when it is disabled, and spread as well", async () => {
    for (const [dice, wait] of [
      [0, 27_000],
      [0.5, 30_000],
    ] as const) {
      const world = start({ ...streams, refreshIntervalMs: 0 });
      world.chance.dice = dice;
      await world.stage.send(begin);
      await world.stage.advance(wait - 1);
      expect(said(world)).toEqual([]);
      await world.stage.advance(1);
      expect(said(world)).toEqual(["wish poll"]);
    }
  });

  it.each([
    ["polling", polls.refreshIntervalMs, "polling"],
    ["nothing", 0, { manual: "resting" }],
  ])("after a 204 leaves %s for good", async (_, refreshIntervalMs, state) => {
    const world = await open({ refreshIntervalMs });
    await says(world, { type: "stream.finished" });
    expect([feed(world), said(world), world.stream.live]).toEqual([state, ["stream.lost"], []]);
    await world.stage.send({ type: "suspend" }, { type: "resume" }, leaving, established, granted);
    expect([feed(world), world.stream.live]).toEqual([state, []]);
  });
});

describe("news by stream", () => {
  it("begin with the whole set, or with one fetch when none comes", async () => {
    const world = await connecting();
    await says(world, opened);
    said(world);
    await world.stage.advance(249);
    expect(said(world)).toEqual([]);
    await world.stage.advance(1);
    expect(said(world)).toEqual(["wish stream"]);
    const greeted = await connecting();
    await says(greeted, opened, greeting);
    expect(said(greeted)).toEqual(["stream.opened", "stream.init"]);
    await greeted.stage.advance(10_000);
    expect(said(greeted)).toEqual([]);
  });

  it("carry the user they are about", async () => {
    const world = await open();
    const flags = new Map();
    await says(world, { type: "stream.init", epoch: 1, flags });
    expect(world.stage.take()).toEqual([
      { to: "client", event: { type: "stream.init", epoch: 1, flags } },
    ]);
  });

  it("of a change are a wish each, at once", async () => {
    const world = await open();
    await says(world, changed, changed);
    expect(said(world)).toEqual(["wish stream", "wish stream"]);
    const early = await connecting();
    await says(early, opened, changed);
    expect(said(early)).toEqual(["stream.opened", "wish stream"]);
    await early.stage.advance(1_000);
    expect(said(early)).toEqual([]);
  });

  it.each([
    [0, 0],
    [0.5, 1_000],
    [0.999_999, 2_000],
  ])(
    "of a change are spread over the jitter, once for many: dice %d, %d ms",
    async (dice, wait) => {
      const world = await open({ changeJitterMs: 2_000 });
      world.chance.dice = dice;
      await says(world, changed);
      if (wait > 0) {
        expect(said(world)).toEqual([]);
        await says(world, changed, changed);
        await world.stage.advance(wait - 1);
        expect(said(world)).toEqual([]);
        await world.stage.advance(1);
      }
      expect(said(world)).toEqual(["wish stream"]);
    },
  );

  it("that bring the whole set make the planned fetch needless", async () => {
    const world = await open({ changeJitterMs: 2_000 });
    await says(world, changed, greeting);
    await world.stage.advance(10_000);
    expect(said(world)).toEqual(["stream.init"]);
  });

  it.each([
    ["before the greeting", [opened]],
    ["before the jitter is over", [opened, greeting, changed]],
  ])("end with the stream: lost %s, it wishes for nothing", async (_, events) => {
    const world = await connecting({ changeJitterMs: 2_000 });
    await says(world, ...events, lost);
    said(world);
    expect(region(world, "news")).toBe("quiet");
    await world.stage.advance(900);
    expect(said(world)).toEqual([]);
  });

  it("of a reader that was left are dropped", async () => {
    const world = await open();
    const left = world.stream.one;
    await world.stage.send(leaving);
    said(world);
    left.send(changed);
    left.send(greeting);
    left.send(failed());
    await world.stage.advance(0);
    expect([said(world), region(world, "link")]).toEqual([[], "awaitingUser"]);
  });
});

describe("a hold", () => {
  it("stops the stream from asking until it is over, then at a moment of its own", async () => {
    const world = start(streams);
    await world.stage.send(begin, established, refused);
    await world.stage.advance(50_000);
    expect([region(world, "link"), world.stream.runs]).toEqual(["held", []]);
    said(world);
    world.chance.dice = 0.25;
    await world.stage.send(held(4_000));
    await world.stage.advance(999);
    expect(said(world)).toEqual([]);
    await world.stage.advance(1);
    expect(said(world).sort()).toEqual(["permit.requested", "wish hold"]);
  });

  it("is asked for when the stream is told to wait", async () => {
    const world = await connecting();
    await says(world, failed(errors.busy(7) as never));
    expect(world.stage.take()).toMatchObject([
      {
        to: "hold",
        event: { type: "hold.requested", forMs: 7_000, at: world.stage.clock.wall },
      },
      { to: "client", event: { type: "stream.failed" } },
    ]);
    expect(region(world, "link")).toBe("backingOff");
  });

  it.each([
    ["polling", polls, true],
    ["manual", manual, true],
    ["streaming", streams, true],
  ])("is followed by one wish, spread, while %s", async (_, input, wishes) => {
    const world = await started(input);
    world.chance.dice = 0.5;
    await world.stage.send(held(2_000), held(2_000));
    await world.stage.advance(999);
    expect(said(world)).toEqual([]);
    await world.stage.advance(1);
    expect(said(world)).toEqual(wishes ? ["wish hold"] : []);
  });

  it.each([
    ["suspended", { type: "suspend" }],
    ["unauthorized", { type: "key.refused" }],
    ["closed", close],
  ] as const)("is followed by no wish while %s", async (_, event) => {
    const world = await started();
    await world.stage.send(event, held(2_000));
    await world.stage.advance(2_000);
    expect(said(world)).toEqual([]);
  });
});

describe("a refused key", () => {
  it("leaves one question per recovery time, and nothing else", async () => {
    const world = await started();
    await world.stage.send({ type: "key.refused" });
    for (let round = 0; round < 3; round++) {
      expect(world.stage.context.nextPollAt).toBe(world.stage.clock.wall + 45_000);
      await world.stage.advance(44_999);
      await world.stage.send(woken(false));
      expect(said(world)).toEqual([]);
      await world.stage.advance(1);
      expect(said(world)).toEqual(["wish key"]);
    }
  });

  it("heals to what was before", async () => {
    for (const input of [polls, manual, streams]) {
      const world = await started(input);
      const before = feed(world);
      await world.stage.send({ type: "key.refused" });
      await world.stage.advance(100_000);
      await world.stage.send({ type: "key.accepted" });
      expect(feed(world)).toEqual(before);
    }
  });

  it("ends the stream", async () => {
    const world = await open();
    await world.stage.send({ type: "key.refused" });
    expect([said(world), world.stream.live]).toEqual([["stream.lost"], []]);
  });

  it("of the stream alone leaves polling, and the stream asks again after the recovery time", async () => {
    const world = await connecting();
    await says(world, failed(errors.key() as never));
    expect([feed(world), said(world)]).toEqual([
      { unauthorized: "byStream" },
      ["key.refused", "stream.failed"],
    ]);
    await world.stage.send({ type: "key.accepted" });
    expect(region(world, "link")).toBe("refused");
    await world.stage.advance(44_999);
    expect(said(world)).toEqual([]);
    await world.stage.advance(1);
    expect(said(world)).toEqual(["permit.requested"]);
  });

  it("of the stream is still the stream's after the question about the key", async () => {
    const world = await connecting();
    await says(world, failed(errors.key() as never));
    await world.stage.advance(90_000);
    said(world);
    await world.stage.send({ type: "key.accepted" });
    expect([region(world, "link"), said(world)]).toEqual(["refused", []]);
  });

  it("of everything is not the stream's any more", async () => {
    const world = await connecting();
    await says(world, failed(errors.key() as never));
    await world.stage.send({ type: "key.refused" }, { type: "key.accepted" });
    expect(region(world, "link")).toBe("asking");
  });

  it("that heals while the stream was refused its permit for it lets it ask again", async () => {
    const world = await started(streams);
    await world.stage.send(established, { type: "key.refused" }, { type: "suspend" });
    await world.stage.send({ type: "resume" });
    await world.stage.send({ type: "permit.refused", refusal: { kind: "unauthorized" } });
    expect(region(world, "link")).toBe("held");
    said(world);
    await world.stage.send({ type: "key.accepted" });
    expect(said(world)).toEqual(["permit.requested"]);
  });
});

describe("being suspended", () => {
  it.each([
    ["polling", polls],
    ["manual", manual],
    ["streaming", streams],
  ])("stops %s; one wish on return, never a burst", async (_, input) => {
    const world = await started(input);
    const before = feed(world);
    await world.stage.send({ type: "suspend" });
    await world.stage.advance(1_000_000);
    await world.stage.send(woken(true), { type: "flags.missing" }, { type: "key.refused" });
    await world.stage.send({ type: "suspend" });
    expect([feed(world), said(world), world.stage.clock.timers]).toEqual(["suspended", [], 0]);
    await world.stage.send({ type: "resume" }, { type: "resume" });
    expect([feed(world), said(world)]).toEqual([before, ["wish return"]]);
  });

  it("aborts the stream, and reads it again on return", async () => {
    const world = await open();
    await world.stage.send({ type: "suspend" });
    expect([said(world), world.stream.live]).toEqual([["stream.lost"], []]);
    await world.stage.send({ type: "resume" });
    expect(said(world).sort()).toEqual(["permit.requested", "wish return"]);
    await world.stage.send(granted);
    expect(world.stream.one.input).toEqual({ epoch: 1 });
  });

  it("remembers who the user became meanwhile", async () => {
    const world = await open();
    await world.stage.send({ type: "suspend" }, leaving, { type: "user.established", epoch: 7 });
    await world.stage.send({ type: "resume" }, granted);
    expect(world.stream.one.input).toEqual({ epoch: 7 });
  });
});

describe("waking up", () => {
  it("trusts an open stream when nobody slept", async () => {
    const world = await open();
    await world.stage.send(woken(false));
    expect([said(world), world.stream.runs.length]).toEqual([["wish return"], 1]);
  });

  it("opens a stream anew whose socket may be dead", async () => {
    const world = await open();
    await world.stage.send(woken(true));
    expect(said(world).sort()).toEqual(["permit.requested", "stream.lost", "wish return"]);
    expect(world.stream.live).toEqual([]);
  });

  it("does not wait for the reconnect", async () => {
    const world = await open();
    await says(world, lost);
    said(world);
    await world.stage.send(woken(false));
    expect(said(world).sort()).toEqual(["permit.requested", "wish return"]);
  });
});

describe("closing", () => {
  const ways: [string, ConnectionInput, ConnectionEvent[]][] = [
    ["off", polls, []],
    ["polling", polls, [begin]],
    ["healing", manual, [begin, { type: "flags.missing" }]],
    ["connecting", streams, [begin, established, granted]],
    ["held", streams, [begin, established, refused]],
    ["unauthorized", polls, [begin, { type: "key.refused" }]],
    ["suspended", polls, [begin, { type: "suspend" }]],
  ];
  it.each(ways)("ends everything while %s, and nothing begins again", async (_, input, events) => {
    const world = start(input);
    await world.stage.send(...events);
    said(world);
    await world.stage.send(close);
    expect([feed(world), world.stream.live, world.stage.clock.timers]).toEqual(["closed", [], 0]);
    await world.stage.send(begin, { type: "suspend" }, { type: "resume" }, { type: "key.refused" });
    await world.stage.send({ type: "key.accepted" }, established, granted, woken(true));
    expect(feed(world)).toBe("closed");
    await world.stage.advance(1_000_000);
    expect(said(world)).toEqual([]);
  });

  it("ends the stream and the wait after a hold", async () => {
    const world = await open();
    await world.stage.send(held(4_000), close);
    expect([world.stream.live, said(world)]).toEqual([[], ["stream.lost"]]);
  });
});

describe.each([
  ["streaming", { ...streams, changeJitterMs: 100 }],
  ["polling", polls],
  ["manual", manual],
])("all paths of %s", (name, input) => {
  const said: ConnectionEvent[] = [
    begin,
    established,
    leaving,
    granted,
    refused,
    held(1_000),
    { type: "key.refused" },
    { type: "key.accepted" },
    { type: "flags.missing" },
    { type: "flags.unconfirmed" },
    { type: "suspend" },
    { type: "resume" },
    woken(true),
    woken(false),
    close,
  ];
  const heard: StreamEvent[] = [
    opened,
    greeting,
    changed,
    lost,
    { type: "stream.retry", delayMs: 2_000 },
    { type: "stream.finished" },
    failed(),
    failed(errors.key() as never),
    failed(errors.busy(1) as never),
  ];
  const invoked = (state: Parameters<typeof nodesOf>[0]) =>
    nodesOf(state).flatMap((node) => node.invoke);
  const reached = explore(connectionMachine, {
    input,
    events: (state) => (invoked(state).length > 0 ? [...said, ...heard] : said),
    failures: { readStream: [new Error("bug")] },
    distinct: ({ context }) => [context.epoch, context.streaming, Math.min(context.attempt, 1)],
  });

  it("reach every state that belongs to it", () => {
    // With polling configured, streaming falls back to that.
    const foreign: Record<string, RegExp> = {
      streaming: /^feed\.manual/,
      polling: /^feed\.(streaming|manual|unauthorized\.byStream)/,
      manual: /^feed\.(streaming|polling|unauthorized\.byStream)/,
    };
    const missing = unreached(connectionMachine, reached);
    expect(missing.filter((path) => !foreign[name]?.test(path))).toEqual([]);
  });

  it("read one stream at most, for a user in place", () => {
    for (const { state, events } of reached) {
      const where = events.join(" → ");
      expect(invoked(state).length, where).toBeLessThanOrEqual(1);
      if (invoked(state).length > 0) expect(state.context.epoch, where).toBe(1);
    }
  });

  it("poll exactly while no stream is open", () => {
    for (const { state, events } of reached) {
      const where = events.join(" → ");
      const { feed: at } = state.value as {
        feed: string | { streaming?: { link: unknown; polls: string } };
      };
      if (typeof at === "string" || at.streaming === undefined) continue;
      const isOpen = JSON.stringify(at.streaming.link) === '{"attached":"open"}';
      expect(at.streaming.polls, where).toBe(isOpen ? "paused" : "waiting");
    }
  });

  it("lead to closed from everywhere, which has no timer and is left by nothing", () => {
    for (const { state, events } of reached) {
      const closed = next(connectionMachine, state, close);
      const where = events.join(" → ");
      expect(closed.value.feed, where).toBe("closed");
      expect(closed.value.release === "free", where).toBe(!hasTimer(closed));
      for (const event of [...said, ...heard]) {
        expect(next(connectionMachine, closed, event).value.feed, event.type).toBe("closed");
      }
    }
  });
});
