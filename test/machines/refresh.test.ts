import { describe, expect, it } from "vitest";
import { assign } from "xstate";
import {
  type FetchOutcome,
  type PermitGranted,
  type RefreshEvent,
  type RefreshInput,
  refreshMachine,
  type WishSource,
} from "../../machines";
import { isOutage, type RollgateError } from "../../src/errors";
import { errors } from "./support/errors";
import { explore, hasTimer, next, nodesOf, unreached } from "./support/graph";
import { Held } from "./support/held";
import { Chance, Stage } from "./support/stage";

const input: RefreshInput = {
  requestTimeoutMs: 5_000,
  maxRetries: 3,
  backoff: { baseDelayMs: 100, maxDelayMs: 350, jitterFactor: 0.1 },
  streamSpacingMs: 100,
};
const answer: FetchOutcome = { kind: "unchanged" };
const outdated: FetchOutcome = { kind: "outdated" };
const SOURCES: WishSource[] = ["app", "poll", "stream", "probe", "key", "return", "hold"];

const wanted = (by: WishSource) => ({ type: "fetch.wanted", by }) as const;
const granted = (probe = false): PermitGranted => ({ type: "permit.granted", probe });
const leaving = { type: "user.leaving" } as const;
const close: RefreshEvent = { type: "close" };
const arrived = (epoch: number, identify = true) =>
  ({ type: "user.changed", epoch, identify }) as const;

function start(changes: Partial<RefreshInput> = {}) {
  const chance = new Chance();
  const identify = new Held<void, { epoch: number }>();
  const fetch = new Held<FetchOutcome, { epoch: number }>();
  const machine = refreshMachine.provide({
    actions: { sample: assign(chance.sample) },
    actors: { identifyUser: identify.logic, fetchFlags: fetch.logic },
  });
  const stage = new Stage(chance, machine, { ...input, ...changes }, "refresh");
  return { chance, identify, fetch, stage };
}
type World = ReturnType<typeof start>;

async function requesting(by: WishSource = "poll", changes: Partial<RefreshInput> = {}) {
  const world = start(changes);
  await world.stage.send(wanted(by), granted());
  world.stage.take();
  return world;
}

/** A named user is in place and its POST is under way. */
async function identifying(by?: WishSource) {
  const world = start();
  await world.stage.send(leaving);
  if (by !== undefined) await world.stage.send(wanted(by));
  await world.stage.send(arrived(1), granted());
  world.stage.take();
  return world;
}

/** Everything that was said, in short. */
function said({ stage }: World): string[] {
  return stage.take().map(({ to, event }) => {
    const { type, forced, epoch, failure, purpose, forMs } = event as unknown as Record<
      string,
      never
    > & { type: string; failure?: { kind: string; error?: RollgateError } };
    return [
      to,
      type,
      purpose,
      epoch === undefined ? undefined : `#${epoch}`,
      forced ? "forced" : undefined,
      failure?.error?.name ?? failure?.kind,
      forMs,
    ]
      .filter((word) => word !== undefined)
      .join(" ");
  });
}

describe("a wish while nothing runs", () => {
  it.each(SOURCES)("of %s asks for a permit, then sends one request", async (by) => {
    const world = start();
    const forced = by === "app" ? " forced" : "";
    await world.stage.send(wanted(by));
    expect(said(world)).toEqual(["client permit.requested flags"]);
    expect(world.fetch.calls).toHaveLength(0);
    await world.stage.send(granted());
    expect(world.fetch.one.input).toEqual({ epoch: 0 });
    await world.fetch.one.resolve(answer);
    expect(said(world)).toEqual([
      "circuit attempt.succeeded",
      `client fetch.succeeded #0${forced}`,
    ]);
    expect(world.stage.state).toEqual({ idle: "cooling" });
    await world.stage.advance(100);
    expect([world.stage.state, world.stage.clock.timers]).toEqual([{ idle: "resting" }, 0]);
  });

  it.each([
    { kind: "offline" },
    { kind: "held", until: 5 },
    { kind: "open", until: 5 },
    { kind: "unauthorized" },
  ] as const)("fails at once when it may not go: $kind", async (refusal) => {
    const world = start();
    await world.stage.send(wanted("app"));
    said(world);
    await world.stage.send({ type: "permit.refused", refusal });
    expect(world.stage.take()).toEqual([
      {
        to: "client",
        event: { type: "fetch.failed", epoch: 0, failure: refusal, forced: true },
      },
    ]);
    // Offline, nothing was learned: whoever comes back asks at once.
    const idle = refusal.kind === "offline" ? "resting" : "cooling";
    expect([world.fetch.calls, world.stage.state]).toEqual([[], { idle }]);
  });

  it("is joined by those that come before the request leaves", async () => {
    const world = start();
    await world.stage.send(wanted("poll"), wanted("stream"), wanted("app"), granted());
    await world.fetch.one.resolve(answer);
    expect(said(world).at(-1)).toBe("client fetch.succeeded #0 forced");
    await world.stage.advance(10_000);
    expect(world.fetch.count).toEqual({ calls: 1, open: 0 });
  });
});

describe("a wish while a request runs", () => {
  it.each([
    // Only what may have changed since the request left asks again.
    ["poll", "app", 2],
    ["poll", "stream", 2],
    ["app", "stream", 2],
    ["app", "app", 1],
    ["poll", "poll", 1],
    ["poll", "probe", 1],
    ["poll", "return", 1],
    ["poll", "hold", 1],
    ["poll", "key", 1],
  ] as const)("of %s, by %s: %d requests in all, one after another", async (first, next, calls) => {
    const world = await requesting(first);
    for (let i = 0; i < 5; i++) await world.stage.send(wanted(next));
    expect(world.fetch.count).toEqual({ calls: 1, open: 1 });
    await world.fetch.one.resolve(answer);
    await world.stage.advance(100);
    await world.stage.send(granted());
    await world.fetch.open[0]?.resolve(answer);
    await world.stage.advance(10_000);
    expect([world.fetch.calls.length, world.fetch.most]).toEqual([calls, 1]);
  });

  it("of the app goes on at once, as a fetch of its own that answers the app", async () => {
    const world = await requesting("poll");
    await world.stage.send(wanted("stream"), wanted("app"), wanted("stream"));
    await world.fetch.one.resolve(answer);
    expect(said(world)).toEqual([
      "circuit attempt.succeeded",
      "client fetch.succeeded #0",
      "client permit.requested flags",
    ]);
    await world.stage.send(granted());
    await world.fetch.one.resolve(answer);
    expect(said(world)).toContain("client fetch.succeeded #0 forced");
    await world.stage.advance(10_000);
    expect(world.fetch.calls).toHaveLength(2);
  });

  it("of the app joins a probe", async () => {
    const world = start();
    await world.stage.send(wanted("probe"), granted(true), wanted("app"));
    await world.fetch.one.resolve(answer);
    expect(said(world).at(-1)).toBe("client fetch.succeeded #0 forced");
    await world.stage.advance(1_000);
    expect(world.fetch.calls).toHaveLength(1);
  });

  it("is not forgotten when that request fails", async () => {
    const world = await requesting("poll");
    await world.stage.send(wanted("app"));
    await world.fetch.one.reject(errors.invalid());
    expect(said(world)).toEqual([
      "circuit attempt.voided",
      "client attempt.failed #0",
      "client fetch.failed #0 ValidationError",
      "client permit.requested flags",
    ]);
  });
});

describe("the stream's wishes", () => {
  it("start at least the spacing apart, and none is missed", async () => {
    const world = await requesting("stream");
    const starts: number[] = [];
    for (let i = 0; i < 3; i++) {
      starts.push(world.stage.clock.now());
      await world.stage.send(wanted("stream"));
      await world.fetch.one.resolve(answer);
      await world.stage.advance(99);
      expect(world.fetch.open).toHaveLength(0);
      await world.stage.advance(1);
      await world.stage.send(granted());
    }
    expect(starts).toEqual([0, 100, 200]);
    expect(world.fetch.calls).toHaveLength(4);
  });

  it("wait for the spacing also when they come after the request", async () => {
    const world = await requesting("poll");
    await world.fetch.one.resolve(answer);
    await world.stage.advance(40);
    await world.stage.send(wanted("stream"), wanted("stream"));
    said(world);
    await world.stage.advance(59);
    expect(said(world)).toEqual([]);
    await world.stage.advance(1);
    expect(said(world)).toEqual(["client permit.requested flags"]);
  });

  it.each(["app", "poll", "probe", "key", "hold"] as const)(
    "are served by a wish of %s, which does not wait",
    async (by) => {
      const world = await requesting("poll");
      await world.fetch.one.resolve(answer);
      said(world);
      await world.stage.send(wanted("stream"), wanted(by));
      expect(said(world)).toEqual(["client permit.requested flags"]);
      await world.stage.send(granted());
      await world.fetch.one.resolve(answer);
      await world.stage.advance(10_000);
      expect(world.fetch.calls).toHaveLength(2);
    },
  );

  it.each([
    ["was refused", { type: "permit.refused", refusal: { kind: "offline" } }],
    ["was cut off", { type: "network.lost" }],
  ] as const)("spacing answers nobody who woke up after a fetch that %s", async (_, event) => {
    const world = start();
    await world.stage.send(wanted("app"));
    if (event.type === "network.lost") await world.stage.send(granted());
    await world.stage.send(event);
    said(world);
    await world.stage.send(wanted("return"));
    expect(said(world)).toEqual(["client permit.requested flags"]);
  });

  it("spacing answers those who woke up several times", async () => {
    const world = await requesting("return");
    await world.fetch.one.resolve(answer);
    said(world);
    await world.stage.send(wanted("return"), wanted("return"));
    await world.stage.advance(1_000);
    expect([said(world), world.fetch.calls.length]).toEqual([[], 1]);
    await world.stage.send(wanted("return"));
    expect(said(world)).toEqual(["client permit.requested flags"]);
  });
});

describe("an answer that confirms flags which are gone", () => {
  const asking = ["circuit attempt.succeeded", "client permit.requested flags"];

  it("is a success of the server, and no end: the flags are asked for once more", async () => {
    const world = await requesting("app");
    await world.fetch.one.resolve(outdated);
    expect(said(world)).toEqual(asking);
    expect(world.stage.state).toBe("admitting");
    await world.stage.send(granted());
    await world.fetch.one.resolve(answer);
    expect(said(world)).toEqual(["circuit attempt.succeeded", "client fetch.succeeded #0 forced"]);
    expect(world.fetch.calls).toHaveLength(2);
  });

  it.each([
    ["held", { kind: "held", until: 7 }],
    ["open", { kind: "open", until: 7 }],
    ["offline", { kind: "offline" }],
  ] as const)("asks no more when the permit is refused: %s", async (kind, refusal) => {
    const world = await requesting("app");
    await world.fetch.one.resolve(outdated);
    said(world);
    await world.stage.send({ type: "permit.refused", refusal } as RefreshEvent);
    expect(said(world)).toEqual([`client fetch.failed #0 forced ${kind}`]);
    await world.stage.advance(60_000);
    expect([said(world), world.fetch.calls.length]).toEqual([[], 1]);
  });

  it("takes no retry, and the next request has a deadline of its own", async () => {
    const world = await requesting("poll", { maxRetries: 1 });
    await world.stage.advance(4_999);
    await world.fetch.one.resolve(outdated);
    await world.stage.send(granted());
    await world.stage.advance(4_999);
    expect(world.fetch.count).toEqual({ calls: 2, open: 1 });
    await world.fetch.one.reject(errors.server());
    expect(world.stage.state).toBe("retryWait");
  });

  it("leaves a queued wish in its place", async () => {
    const world = await requesting("poll");
    await world.stage.send(wanted("app"));
    await world.fetch.one.resolve(outdated);
    await world.stage.send(granted());
    said(world);
    await world.fetch.one.resolve(answer);
    expect(said(world)).toEqual([
      "circuit attempt.succeeded",
      "client fetch.succeeded #0",
      "client permit.requested flags",
    ]);
  });

  it("leaves a question about the key one", async () => {
    const world = await identifying();
    await world.identify.one.reject(errors.key());
    await world.stage.send(wanted("key"), granted());
    said(world);
    await world.fetch.one.resolve(outdated);
    expect(said(world)).toEqual(asking);
    await world.stage.send(granted());
    await world.fetch.one.reject(errors.server());
    expect(world.stage.state).toEqual({ idle: "cooling" });
  });

  it("asks the half-open circuit for another probe", async () => {
    const world = start();
    await world.stage.send(wanted("probe"), granted(true));
    said(world);
    await world.fetch.one.resolve(outdated);
    expect(said(world)).toEqual(asking);
    await world.stage.send(granted(true));
    await world.fetch.one.reject(errors.server());
    expect(world.stage.state).toEqual({ idle: "cooling" });
  });
});

describe("retrying", () => {
  it("waits longer each time, up to the maximum, then gives up with one failure", async () => {
    const world = await requesting("app");
    for (const wait of [100, 200, 350]) {
      await world.fetch.one.reject(errors.server());
      expect(said(world)).toEqual(["circuit attempt.failed", "client attempt.failed #0"]);
      await world.stage.advance(wait - 1);
      expect(said(world)).toEqual([]);
      await world.stage.advance(1);
      expect(said(world)).toEqual(["client permit.requested flags"]);
      await world.stage.send(granted());
    }
    await world.fetch.one.reject(errors.network());
    expect(said(world)).toEqual([
      "circuit attempt.failed",
      "client attempt.failed #0",
      "client fetch.failed #0 forced NetworkError",
    ]);
    expect([world.fetch.calls.length, world.fetch.most]).toEqual([4, 1]);
  });

  it.each([
    [0, 90],
    [0.5, 100],
    [0.999_999, 110],
  ])("is spread by the dice: %d gives %d ms", async (dice, wait) => {
    const world = await requesting();
    world.chance.dice = dice;
    await world.fetch.one.reject(errors.server());
    said(world);
    await world.stage.advance(wait - 1);
    expect(said(world)).toEqual([]);
    await world.stage.advance(1);
    expect(said(world)).toEqual(["client permit.requested flags"]);
  });

  it("starts over with the next fetch", async () => {
    const world = await requesting("poll", { maxRetries: 1 });
    await world.fetch.one.reject(errors.server());
    await world.stage.advance(100);
    await world.stage.send(granted());
    await world.fetch.one.reject(errors.server());
    await world.stage.advance(1_000);
    await world.stage.send(wanted("poll"), granted());
    said(world);
    await world.fetch.one.reject(errors.server());
    expect(world.stage.state).toBe("retryWait");
    await world.stage.advance(100);
    expect(said(world)).toContain("client permit.requested flags");
  });

  it.each([
    ["invalid", false],
    ["missing", false],
    ["key", false],
    ["busy", false],
    ["limited", true],
    ["server", true],
    ["network", true],
  ] as const)("is for what may heal: %s → %s", async (kind, retries) => {
    const world = await requesting();
    const error = kind === "busy" ? errors.busy(7) : errors[kind]();
    await world.fetch.one.reject(error);
    expect(world.stage.state).toEqual(retries ? "retryWait" : { idle: "cooling" });
    const outcome = isOutage(error) ? "circuit attempt.failed" : "circuit attempt.voided";
    expect(said(world)).toContain(outcome);
  });

  it("turns what a bug threw into a failure of ours, without retry", async () => {
    const world = await requesting();
    await world.fetch.one.reject("nonsense");
    expect(said(world).at(-1)).toBe("client fetch.failed #0 RollgateError");
  });

  it("is not for a probe, and not for a question about the key", async () => {
    for (const [by, probe] of [
      ["poll", true],
      ["key", false],
    ] as const) {
      const world = start();
      await world.stage.send(wanted(by), granted(probe));
      said(world);
      await world.fetch.one.reject(errors.server());
      expect(said(world)).toEqual([
        "circuit attempt.failed",
        "client attempt.failed #0",
        "client fetch.failed #0 ServerError",
      ]);
    }
  });

  it("is abandoned when the circuit opens, with the last error", async () => {
    const world = await requesting("app");
    const error = errors.server();
    await world.fetch.one.reject(error);
    said(world);
    await world.stage.send({ type: "circuit.opened" });
    expect(world.stage.take()).toEqual([
      {
        to: "client",
        event: {
          type: "fetch.failed",
          epoch: 0,
          failure: { kind: "error", error },
          forced: true,
        },
      },
    ]);
    await world.stage.advance(60_000);
    expect(world.fetch.calls).toHaveLength(1);
  });

  it("takes along whoever asks meanwhile", async () => {
    const world = await requesting("poll");
    await world.fetch.one.reject(errors.server());
    await world.stage.send(wanted("app"), wanted("stream"));
    await world.stage.advance(100);
    await world.stage.send(granted());
    await world.fetch.one.resolve(answer);
    expect(said(world).at(-1)).toBe("client fetch.succeeded #0 forced");
    await world.stage.advance(10_000);
    expect(world.fetch.calls).toHaveLength(2);
  });
});

describe("the deadline", () => {
  it("aborts a request that takes too long, and counts it as an outage", async () => {
    const world = await requesting("app", { maxRetries: 0 });
    await world.stage.advance(4_999);
    expect(world.fetch.open).toHaveLength(1);
    await world.stage.advance(1);
    expect(world.fetch.calls[0]?.state).toBe("aborted");
    expect(said(world)).toEqual([
      "circuit attempt.failed",
      "client attempt.failed #0",
      "client fetch.failed #0 forced TimeoutError",
    ]);
  });

  it("starts over with each attempt", async () => {
    const world = await requesting();
    await world.stage.advance(5_000);
    await world.stage.advance(100);
    await world.stage.send(granted());
    await world.stage.advance(4_999);
    expect(world.fetch.count).toEqual({ calls: 2, open: 1 });
  });

  it("holds for telling who the user is as well; the flags are fetched all the same", async () => {
    const world = await identifying();
    await world.stage.advance(5_000);
    expect(world.identify.calls[0]?.state).toBe("aborted");
    expect(said(world)).toEqual([
      "client identify.failed #1",
      "client user.established #1",
      "client permit.requested flags",
    ]);
  });
});

describe("a Retry-After", () => {
  it("asks for a hold from now on, and is not retried", async () => {
    const world = await requesting("app");
    await world.stage.advance(1_000);
    await world.fetch.one.reject(errors.busy(7));
    expect(world.stage.take().map(({ to, event }) => ({ ...event, to }))).toMatchObject([
      { to: "hold", type: "hold.requested", forMs: 7_000, at: world.stage.clock.wall },
      { to: "circuit", type: "attempt.failed" },
      { to: "client", type: "attempt.failed" },
      { to: "client", type: "fetch.failed", forced: true },
    ]);
    await world.stage.advance(60_000);
    expect(world.fetch.calls).toHaveLength(1);
  });

  it("on the identify ends the fetch before its GET", async () => {
    const world = await identifying("app");
    await world.identify.one.reject(errors.busy(3));
    expect(said(world)).toEqual([
      "hold hold.requested 3000",
      "client fetch.failed #1 forced RateLimitError",
    ]);
    expect(world.fetch.calls).toHaveLength(0);
  });
});

describe("a refused key", () => {
  it("is reported, is no outage and not retried", async () => {
    const world = await requesting("app");
    await world.fetch.one.reject(errors.key());
    expect(said(world)).toEqual([
      "circuit attempt.voided",
      "client key.refused",
      "client fetch.failed #0 forced AuthenticationError",
    ]);
  });

  it("on the identify ends the fetch", async () => {
    const world = await identifying("app");
    await world.identify.one.reject(errors.key());
    expect(said(world)).toEqual([
      "client key.refused",
      "client fetch.failed #1 forced AuthenticationError",
    ]);
    // The server has not been told yet: the next fetch begins with it.
    await world.stage.send(wanted("app"));
    expect(said(world)).toEqual(["client permit.requested identify"]);
  });

  it("is asked about by a GET alone; once it works, the user is announced", async () => {
    const world = await identifying();
    await world.identify.one.reject(errors.key());
    said(world);
    await world.stage.send(wanted("key"));
    expect(said(world)).toEqual(["client permit.requested flags"]);
    await world.stage.send(granted());
    await world.fetch.one.resolve(answer);
    expect(said(world)).toEqual([
      "circuit attempt.succeeded",
      "client fetch.succeeded #1",
      "client permit.requested identify",
    ]);
    await world.stage.send(granted());
    await world.identify.one.resolve();
    await world.stage.send(granted());
    await world.fetch.one.resolve(answer);
    expect(world.stage.state).toEqual({ idle: "cooling" });
    expect([world.identify.calls.length, world.fetch.calls.length]).toEqual([2, 2]);
  });
});

describe("a new user", () => {
  it("is announced before its flags are fetched", async () => {
    const world = start();
    await world.stage.send(leaving);
    expect([world.stage.state, said(world)]).toEqual(["switching", []]);
    await world.stage.send(arrived(1));
    expect(said(world)).toEqual(["client permit.requested identify"]);
    await world.stage.send(granted());
    expect([world.identify.one.input, world.fetch.calls]).toEqual([{ epoch: 1 }, []]);
    await world.identify.one.resolve();
    expect(said(world)).toEqual(["client user.established #1", "client permit.requested flags"]);
    await world.stage.send(granted());
    expect(world.fetch.one.input).toEqual({ epoch: 1 });
    await world.fetch.one.resolve(answer);
    expect(said(world)).toContain("client fetch.succeeded #1");
    await world.stage.send(wanted("poll"));
    expect(said(world)).toEqual(["client permit.requested flags"]);
  });

  it("without name needs no announcement", async () => {
    const world = start();
    await world.stage.send(leaving, arrived(1, false));
    expect(said(world)).toEqual(["client user.established #1", "client permit.requested flags"]);
  });

  it("stops the request for the old one, without outcome; no retry follows", async () => {
    const world = await requesting("app");
    await world.stage.send(leaving);
    expect([said(world), world.fetch.calls[0]?.state]).toEqual([
      ["circuit attempt.voided"],
      "aborted",
    ]);
    await world.stage.advance(60_000);
    expect(said(world)).toEqual([]);
    // Whoever waited for the old fetch hears of the new one.
    await world.stage.send(arrived(1, false), granted());
    await world.fetch.one.resolve(answer);
    expect(said(world)).toContain("client fetch.succeeded #1 forced");
  });

  it("ends the wait for a retry", async () => {
    const world = await requesting();
    await world.fetch.one.reject(errors.server());
    await world.stage.send(leaving);
    said(world);
    await world.stage.advance(60_000);
    expect([world.stage.state, said(world)]).toEqual(["switching", []]);
  });

  it("takes back a request that had been asked for", async () => {
    const world = start();
    await world.stage.send(wanted("app"), leaving);
    said(world);
    // The permit is on its way already: the circuit must not wait for its outcome.
    await world.stage.send(granted(true));
    expect([world.stage.state, world.fetch.calls, said(world)]).toEqual([
      "switching",
      [],
      ["circuit attempt.voided"],
    ]);
    await world.stage.send({ type: "permit.refused", refusal: { kind: "offline" } });
    expect([world.stage.state, said(world)]).toEqual(["switching", []]);
  });

  it.each(SOURCES)("is fetched once, whatever %s wishes meanwhile", async (by) => {
    const world = start();
    await world.stage.send(leaving, wanted(by), arrived(1), wanted(by), granted());
    await world.stage.send(wanted(by));
    await world.identify.one.resolve();
    await world.stage.send(wanted(by), granted());
    await world.fetch.one.resolve(answer);
    const forced = by === "app" ? " forced" : "";
    expect(said(world).at(-1)).toBe(`client fetch.succeeded #1${forced}`);
    await world.stage.advance(10_000);
    expect([world.identify.calls.length, world.fetch.calls.length]).toEqual([1, 1]);
  });

  it("is announced again with the next fetch when that failed", async () => {
    const world = await identifying();
    await world.identify.one.reject(errors.server());
    expect(said(world)).toEqual([
      "client identify.failed #1",
      "client user.established #1",
      "client permit.requested flags",
    ]);
    await world.stage.send(granted());
    await world.fetch.one.resolve(answer);
    said(world);
    await world.stage.send(wanted("app"));
    expect(said(world)).toEqual(["client permit.requested identify"]);
  });

  it("is not announced again to a server that has no such endpoint", async () => {
    const world = await identifying();
    await world.identify.one.reject(errors.missing());
    await world.stage.send(granted());
    await world.fetch.one.resolve(answer);
    said(world);
    await world.stage.send(wanted("app"));
    expect(said(world)).toEqual(["client permit.requested flags"]);
  });
});

describe("an identify that is overtaken", () => {
  it("is not aborted; of those that wait only the newest goes", async () => {
    const world = await identifying();
    for (const epoch of [2, 3, 4]) await world.stage.send(leaving, arrived(epoch));
    expect(world.identify.count).toEqual({ calls: 1, open: 1 });
    await world.identify.one.resolve();
    expect(said(world)).toEqual(["client permit.requested identify"]);
    await world.stage.send(granted());
    expect(world.identify.calls.map(({ input }) => input.epoch)).toEqual([1, 4]);
    expect([world.identify.most, world.fetch.calls]).toEqual([1, []]);
  });

  it("and ends first, leaves the turn to the user who is being put in place", async () => {
    const world = await identifying();
    await world.stage.send(leaving);
    await world.identify.one.resolve();
    expect([world.stage.state, said(world)]).toEqual(["switching", []]);
    await world.stage.send(arrived(2));
    expect(said(world)).toEqual(["client permit.requested identify"]);
  });

  it("by nobody in particular keeps the POST, and fetches after it", async () => {
    const world = await identifying();
    await world.stage.send(leaving, arrived(2, false));
    expect(said(world)).toEqual(["client user.established #2"]);
    expect(world.identify.open).toHaveLength(1);
    await world.identify.one.resolve();
    expect(said(world)).toEqual(["client permit.requested flags"]);
  });

  it.each([
    ["before the new user is in place", []],
    ["afterwards", [arrived(2)]],
  ])("and refused by a Retry-After %s still makes everyone wait", async (_, events) => {
    const world = await identifying();
    await world.stage.send(leaving, ...events);
    said(world);
    await world.identify.one.reject(errors.busy(9));
    expect(said(world)[0]).toBe("hold hold.requested 9000");
  });

  it("keeps its own deadline", async () => {
    const world = await identifying();
    await world.stage.advance(3_000);
    await world.stage.send(leaving, arrived(2));
    await world.stage.advance(1_999);
    expect(world.identify.open).toHaveLength(1);
    await world.stage.advance(1);
    expect([world.identify.open, said(world)]).toEqual([[], ["client permit.requested identify"]]);
  });

  it("tells nobody of its failure", async () => {
    const world = await identifying();
    await world.stage.send(leaving, arrived(2));
    said(world);
    await world.identify.one.reject(errors.key());
    expect(said(world)).toEqual(["client permit.requested identify"]);
  });
});

describe("a lost network", () => {
  it("aborts the request, without outcome", async () => {
    const world = await requesting("app");
    await world.stage.send({ type: "network.lost" });
    expect(world.fetch.calls[0]?.state).toBe("aborted");
    expect(said(world)).toEqual([
      "circuit attempt.voided",
      "client fetch.failed #0 forced offline",
    ]);
  });

  it("ends the wait for a retry", async () => {
    const world = await requesting("app");
    await world.fetch.one.reject(errors.server());
    said(world);
    await world.stage.send({ type: "network.lost" });
    expect(said(world)).toEqual(["client fetch.failed #0 forced offline"]);
  });

  it("lets a POST that was sent finish", async () => {
    const world = await identifying();
    await world.stage.send({ type: "network.lost" });
    expect(world.identify.open).toHaveLength(1);
  });
});

describe("close", () => {
  const events: [string, RefreshEvent[]][] = [
    ["idle", []],
    ["admitting", [wanted("app")]],
    ["requesting", [wanted("app"), granted()]],
    ["switching", [leaving]],
    ["identifying", [leaving, arrived(1), granted()]],
    ["identifying for another", [leaving, arrived(1), granted(), leaving]],
  ];
  it.each(events)("ends everything while %s", async (_, before) => {
    const world = start();
    await world.stage.send(...before);
    said(world);
    await world.stage.send(close);
    expect([world.stage.state, said(world), world.stage.clock.timers]).toEqual(["closed", [], 0]);
    expect([...world.fetch.open, ...world.identify.open]).toEqual([]);
  });

  it("ends the wait for a retry, and the pause after a fetch", async () => {
    const world = await requesting();
    await world.fetch.one.reject(errors.server());
    await world.stage.send(close);
    expect([world.stage.state, world.stage.clock.timers]).toEqual(["closed", 0]);
    const other = await requesting();
    await other.fetch.one.resolve(answer);
    await other.stage.send(close);
    expect([other.stage.state, other.stage.clock.timers]).toEqual(["closed", 0]);
  });
});

describe("putting nothing off", () => {
  async function cooling() {
    const world = await requesting();
    await world.fetch.one.resolve(answer);
    expect(world.stage.state).toEqual({ idle: "cooling" });
    return world;
  }

  it("ends the pause after a fetch, and its timer", async () => {
    const { stage } = await cooling();
    await stage.send({ type: "flush" });
    expect([stage.state, stage.clock.timers]).toEqual([{ idle: "resting" }, 0]);
  });

  it("fetches now what the stream wished for", async () => {
    const { stage } = await cooling();
    await stage.send(wanted("stream"), { type: "flush" });
    expect([stage.state, stage.clock.timers]).toEqual(["admitting", 0]);
  });
});

describe("a user for whom there is a copy that is good enough", () => {
  const noted = { type: "user.noted", epoch: 1, identify: true } as const;

  it("is fetched for, and announced, with the next wish only", async () => {
    const { stage, identify } = start();
    await stage.send(leaving, noted);
    expect(stage.state).toEqual({ idle: "resting" });
    await stage.send(wanted("poll"), granted());
    expect(identify.one.input).toEqual({ epoch: 1 });
  });

  it("is fetched for at once when the app asked meanwhile", async () => {
    const { stage } = start();
    await stage.send(leaving, wanted("app"), noted);
    expect(stage.state).toBe("admitting");
  });

  it("takes over when the POST of another one has ended", async () => {
    const { stage, identify } = await identifying();
    await stage.send(leaving, { ...noted, epoch: 2 });
    await identify.one.resolve();
    await stage.send(granted());
    expect(identify.open.map(({ input }) => input)).toEqual([{ epoch: 2 }]);
  });
});

describe("all paths", () => {
  const reached = explore(refreshMachine, {
    input: { ...input, maxRetries: 1 },
    events: (state) =>
      state.status !== "active"
        ? []
        : [
            wanted("app"),
            wanted("stream"),
            wanted("poll"),
            wanted("key"),
            granted(),
            granted(true),
            { type: "permit.refused", refusal: { kind: "offline" } },
            leaving,
            arrived(1, true),
            arrived(1, false),
            { type: "circuit.opened" },
            { type: "network.lost" },
            { type: "flush" },
            { type: "user.noted", epoch: 2, identify: true },
            close,
          ],
    outputs: { identifyUser: [undefined], fetchFlags: [answer, outdated] },
    failures: {
      identifyUser: [errors.server(), errors.key(), errors.busy(1), errors.missing()],
      fetchFlags: [errors.server(), errors.key(), errors.busy(1), errors.invalid()],
    },
    distinct: ({ context: c }) => [
      c.attempt,
      c.again,
      c.forced,
      c.keyProbe,
      c.probe,
      c.identifyDue,
      c.identifyTried,
    ],
  });

  it("reach every state", () => {
    expect(unreached(refreshMachine, reached)).toEqual([]);
  });

  it("have at most one request under way, none of them before its permit", () => {
    for (const { state, events } of reached) {
      const invoked = nodesOf(state).flatMap((node) => node.invoke);
      expect(invoked.length, events.join(" → ")).toBeLessThanOrEqual(1);
      if (invoked.length > 0) {
        const asked = events.lastIndexOf(JSON.stringify(granted()));
        const probed = events.lastIndexOf(JSON.stringify(granted(true)));
        expect(Math.max(asked, probed), events.join(" → ")).toBeGreaterThan(0);
        expect(hasTimer(state), "a request without deadline").toBe(true);
      }
    }
  });

  it("retry no more often than allowed", () => {
    for (const { state } of reached) expect(state.context.attempt).toBeLessThanOrEqual(1);
  });

  it("lead to closed from everywhere, and from there nowhere", () => {
    for (const { state, events } of reached) {
      const where = events.join(" → ");
      expect(events.includes(JSON.stringify(close)), where).toBe(state.value === "closed");
      // It hears of things all the same: until the client has ended, others tell it.
      const closed = next(refreshMachine, state, close);
      expect([closed.value, closed.status], where).toEqual(["closed", "active"]);
    }
  });
});
