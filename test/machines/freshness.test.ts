import { describe, expect, it } from "vitest";
import { type FreshnessInput, freshnessMachine } from "../../machines";
import { explore, hasTimer, unreached } from "./support/graph";
import { Chance, Stage } from "./support/stage";

const TTL = 300_000;

type Limits = Omit<FreshnessInput, "of">;

const start = (limits: Limits = { ttlMs: TTL }) =>
  new Stage(new Chance(), freshnessMachine, { of: "flags", ...limits }, "freshness");
type Freshness = ReturnType<typeof start>;

const confirmed = (age = 0) => ({ type: "flags.confirmed", age }) as const;
const restored = (age = 0) => ({ type: "flags.restored", age }) as const;
const checked = (age: number) => ({ type: "clock.checked", at: 0, age }) as const;
const ageState = (stage: Freshness) => (stage.state as { age: string }).age;
const told = (stage: Freshness) =>
  stage.take().map(({ event }) => ("to" in event ? event["to"] : event.type));

describe("flags that were confirmed", () => {
  it("are empty before, and nobody is told", () => {
    const stage = start();
    expect([ageState(stage), told(stage), stage.clock.timers]).toEqual(["empty", [], 0]);
  });

  it.each([
    ["young ones", 0, { ttlMs: TTL }, "fresh"],
    ["almost old ones", TTL - 1, { ttlMs: TTL }, "fresh"],
    ["old ones", TTL, { ttlMs: TTL }, "stale"],
    ["ancient ones, where nothing is too old", 1e12, { ttlMs: TTL }, "stale"],
    ["almost too old ones", 999_999, { ttlMs: TTL, maxStalenessMs: 1_000_000 }, "stale"],
    ["too old ones", 1_000_000, { ttlMs: TTL, maxStalenessMs: 1_000_000 }, "expired"],
    ["young ones, but too old", 1_000, { ttlMs: TTL, maxStalenessMs: 1_000 }, "expired"],
  ])("%s are judged by their age", async (_, age, input, state) => {
    const stage = start(input);
    await stage.send(confirmed(age));
    expect([ageState(stage), told(stage)]).toEqual([state, [state]]);
  });

  it("grow stale at ttl, counted from their age, and stay so for ever", async () => {
    const stage = start();
    await stage.send(confirmed(100_000));
    told(stage);
    await stage.advance(TTL - 100_001);
    expect(told(stage)).toEqual([]);
    await stage.advance(1);
    expect(told(stage)).toEqual(["stale"]);
    await stage.advance(30 * 86_400_000);
    expect([ageState(stage), told(stage), stage.clock.timers]).toEqual(["stale", [], 0]);
  });

  it("expire at maxStaleness after they were stale", async () => {
    const stage = start({ ttlMs: TTL, maxStalenessMs: 1_000_000 });
    await stage.send(confirmed(0));
    await stage.advance(TTL);
    told(stage);
    await stage.advance(1_000_000 - TTL - 1);
    expect(told(stage)).toEqual([]);
    await stage.advance(1);
    expect(told(stage)).toEqual(["expired"]);
  });

  it("that were stale on arrival expire by their own age", async () => {
    const stage = start({ ttlMs: TTL, maxStalenessMs: 1_000_000 });
    await stage.send(confirmed(900_000));
    told(stage);
    await stage.advance(99_999);
    expect(told(stage)).toEqual([]);
    await stage.advance(1);
    expect(told(stage)).toEqual(["expired"]);
  });

  it.each([
    ["before ttl", 1_000],
    ["together with ttl", TTL],
  ])("expire without being stale when maxStaleness is %s", async (_, maxStalenessMs) => {
    const stage = start({ ttlMs: TTL, maxStalenessMs });
    await stage.send(confirmed(0));
    await stage.advance(maxStalenessMs - 1);
    expect(told(stage)).toEqual(["fresh"]);
    await stage.advance(1);
    expect(told(stage)).toEqual(["expired"]);
  });

  it("start over with each confirmation", async () => {
    const stage = start({ ttlMs: TTL, maxStalenessMs: 1_000_000 });
    await stage.send(confirmed(0));
    await stage.advance(TTL - 1);
    await stage.send(confirmed(0));
    await stage.advance(TTL - 1);
    expect(told(stage)).toEqual(["fresh", "fresh"]);
    await stage.advance(1);
    await stage.send(confirmed(0));
    expect(told(stage)).toEqual(["stale", "fresh"]);
    await stage.advance(1_000_000);
    await stage.send(confirmed(0));
    expect(told(stage)).toEqual(["stale", "expired", "fresh"]);
  });

  it("that were dropped are nobody's concern any more", async () => {
    for (const age of [0, TTL, 1_000_000]) {
      const stage = start({ ttlMs: TTL, maxStalenessMs: 1_000_000 });
      await stage.send(confirmed(age));
      told(stage);
      await stage.send({ type: "flags.dropped" });
      await stage.advance(10_000_000);
      expect([ageState(stage), told(stage), stage.clock.timers]).toEqual(["empty", [], 0]);
    }
  });
});

describe("flags of other attributes", () => {
  it("are stale at once, and expire when they are as old as any may get", async () => {
    const stage = start({ ttlMs: TTL, maxStalenessMs: 1_000_000 });
    await stage.send(confirmed(0), { type: "flags.outdated", age: 10 });
    expect(told(stage)).toEqual(["fresh", "stale"]);
    await stage.advance(1_000_000 - 11);
    expect(told(stage)).toEqual([]);
    await stage.advance(1);
    expect(told(stage)).toEqual(["expired"]);
  });

  it("are too old at once when they came with such an age", async () => {
    const stage = start({ ttlMs: TTL, maxStalenessMs: 1_000_000 });
    await stage.send(confirmed(0), { type: "flags.outdated", age: 1_000_000 });
    expect([ageState(stage), told(stage)]).toEqual(["expired", ["fresh", "expired"]]);
  });

  it("expire by the age of what now stands in their place", async () => {
    const stage = start({ ttlMs: TTL, maxStalenessMs: 1_000_000 });
    await stage.send(confirmed(0), { type: "flags.outdated", age: 900_000 });
    await stage.advance(99_999);
    expect(told(stage)).toEqual(["fresh", "stale"]);
    await stage.advance(1);
    expect(told(stage)).toEqual(["expired"]);
  });

  it("are stale, not expired, where maxStaleness is shorter than ttl", async () => {
    const stage = start({ ttlMs: TTL, maxStalenessMs: 60_000 });
    await stage.send(confirmed(0), { type: "flags.outdated", age: 0 });
    await stage.advance(30_000);
    expect(told(stage)).toEqual(["fresh", "stale"]);
    await stage.advance(30_000);
    expect(told(stage)).toEqual(["expired"]);
  });

  it("of the next user are judged by their own age, stale as the last ones were", async () => {
    const stage = start({ ttlMs: TTL, maxStalenessMs: 1_000_000 });
    await stage.send(confirmed(TTL), { type: "flags.outdated", age: 999_999 });
    expect(ageState(stage)).toBe("stale");
    await stage.advance(1);
    expect(ageState(stage)).toBe("expired");
    const other = start({ ttlMs: TTL, maxStalenessMs: 1_000_000 });
    await other.send(confirmed(TTL), { type: "flags.outdated", age: 1_000_000 });
    expect(ageState(other)).toBe("expired");
  });

  it("are stale although the stream is open", async () => {
    const stage = start();
    await stage.send({ type: "stream.opened" }, confirmed(), { type: "flags.outdated", age: 0 });
    expect(told(stage)).toEqual(["fresh", "stale"]);
    await stage.send({ type: "stream.lost" });
    expect([ageState(stage), told(stage)]).toEqual(["stale", []]);
  });

  it("do not become younger by it when they were expired", async () => {
    const stage = start({ ttlMs: TTL, maxStalenessMs: 1_000 });
    await stage.send(confirmed(2_000), { type: "flags.outdated", age: 0 });
    expect(ageState(stage)).toBe("expired");
  });
});

describe("flags from storage", () => {
  it.each([
    ["young ones", 0, { ttlMs: TTL }, "unconfirmed"],
    ["almost old ones", TTL - 1, { ttlMs: TTL }, "unconfirmed"],
    ["old ones", TTL, { ttlMs: TTL }, "stale"],
    ["too old ones", 1_000_000, { ttlMs: TTL, maxStalenessMs: 1_000_000 }, "expired"],
    ["young ones, but too old", 1_000, { ttlMs: TTL, maxStalenessMs: 1_000 }, "expired"],
  ])("%s are judged by their age, but never fresh", async (_, age, input, state) => {
    const stage = start(input);
    await stage.send(restored(age));
    expect([ageState(stage), told(stage)]).toEqual([state, [state]]);
  });

  it("are not vouched for by a stream that is open, however young they are", async () => {
    const stage = start();
    await stage.send({ type: "stream.opened" }, restored());
    expect(told(stage)).toEqual(["unconfirmed"]);
    await stage.send(confirmed());
    expect([ageState(stage), told(stage)]).toEqual(["live", ["fresh"]]);
  });

  it("are fresh once they are confirmed", async () => {
    const stage = start();
    await stage.send(restored(1_000), confirmed());
    expect(told(stage)).toEqual(["unconfirmed", "fresh"]);
  });

  it("grow stale at ttl, and expire, counted from their age", async () => {
    const stage = start({ ttlMs: TTL, maxStalenessMs: 1_000_000 });
    await stage.send(restored(100_000));
    await stage.advance(TTL - 100_001);
    expect(told(stage)).toEqual(["unconfirmed"]);
    await stage.advance(1);
    expect(told(stage)).toEqual(["stale"]);
    await stage.advance(1_000_000 - TTL);
    expect(told(stage)).toEqual(["expired"]);
  });

  it("expire without being stale when that comes first", async () => {
    const stage = start({ ttlMs: TTL, maxStalenessMs: 1_000 });
    await stage.send(restored(400));
    await stage.advance(600);
    expect(told(stage)).toEqual(["unconfirmed", "expired"]);
  });

  it("are weighed anew after a wake-up, and stale for other attributes", async () => {
    const stage = start({ ttlMs: TTL, maxStalenessMs: 1_000_000 });
    await stage.send(restored(0), checked(10), checked(TTL), restored(0));
    expect(told(stage)).toEqual(["unconfirmed", "unconfirmed", "stale", "unconfirmed"]);
    await stage.send({ type: "flags.outdated", age: 1_000_000 });
    expect(told(stage)).toEqual(["expired"]);
    await stage.send(restored(0), { type: "flags.outdated", age: 0 });
    expect(told(stage)).toEqual(["unconfirmed", "stale"]);
  });
});

describe("an open stream", () => {
  it("vouches for what was confirmed since it opened", async () => {
    const stage = start({ ttlMs: TTL, maxStalenessMs: 1_000_000 });
    await stage.send({ type: "stream.opened" }, confirmed());
    await stage.advance(10_000_000);
    await stage.send(checked(10_000_000));
    expect([ageState(stage), told(stage)]).toEqual(["live", ["fresh"]]);
  });

  it("says until when it did, once it is lost; they age from then on", async () => {
    const stage = start();
    await stage.send({ type: "stream.opened" }, confirmed());
    await stage.advance(10_000_000);
    told(stage);
    await stage.send({ type: "stream.lost" });
    expect(told(stage)).toEqual(["flags.vouched", "fresh"]);
    await stage.advance(TTL - 1);
    expect(told(stage)).toEqual([]);
    await stage.advance(1);
    expect(told(stage)).toEqual(["stale"]);
  });

  it("does not vouch for what was confirmed before it opened", async () => {
    const stage = start();
    await stage.send(confirmed(), { type: "stream.opened" });
    await stage.advance(TTL);
    expect(told(stage)).toEqual(["fresh", "stale"]);
  });

  it("does not vouch for flags that were old on arrival", async () => {
    const stage = start({ ttlMs: TTL, maxStalenessMs: 1_000_000 });
    await stage.send({ type: "stream.opened" }, confirmed(TTL));
    expect(told(stage)).toEqual(["stale"]);
    await stage.send(confirmed(1_000_000));
    expect(told(stage)).toEqual(["expired"]);
    await stage.send(confirmed(10));
    await stage.advance(TTL - 10);
    expect(told(stage)).toEqual(["fresh", "stale"]);
  });

  it("makes no flags that were dropped", async () => {
    const stage = start();
    await stage.send({ type: "stream.opened" }, confirmed(), { type: "flags.dropped" });
    told(stage);
    await stage.send({ type: "stream.lost" });
    expect([ageState(stage), told(stage)]).toEqual(["empty", []]);
  });
});

describe("a clock check", () => {
  it.each([
    [{ ttlMs: TTL }, 0, 1_000, "fresh"],
    [{ ttlMs: TTL }, 0, TTL, "stale"],
    [{ ttlMs: TTL, maxStalenessMs: 1_000_000 }, 0, 1_000_000, "expired"],
    [{ ttlMs: TTL, maxStalenessMs: 1_000_000 }, TTL, 999_999, "stale"],
    [{ ttlMs: TTL, maxStalenessMs: 1_000_000 }, TTL, 1_000_000, "expired"],
    [{ ttlMs: TTL, maxStalenessMs: 1_000_000 }, 1_000_000, 0, "expired"],
  ])("%j: flags that arrived at age %d and are %d now are %s", async (input, age, now, state) => {
    const stage = start(input);
    await stage.send(confirmed(age), checked(now));
    expect(ageState(stage)).toBe(state);
  });

  it("moves the moment at which they grow stale", async () => {
    const stage = start();
    await stage.send(confirmed(), checked(TTL - 5_000));
    await stage.advance(4_999);
    expect(ageState(stage)).toBe("fresh");
    await stage.advance(1);
    expect(ageState(stage)).toBe("stale");
  });

  it("finds nothing where nothing is", async () => {
    const stage = start();
    await stage.send(checked(1e12));
    expect([ageState(stage), told(stage)]).toEqual(["empty", []]);
  });
});

describe.each([
  ["without bound", { ttlMs: TTL }],
  ["with a bound", { ttlMs: TTL, maxStalenessMs: 1_000_000 }],
  ["with a bound below ttl", { ttlMs: TTL, maxStalenessMs: 1_000 }],
])("all paths %s", (_, input: Limits) => {
  const reached = explore(freshnessMachine, {
    input: { of: "flags", ...input },
    events: () => [
      confirmed(0),
      confirmed(TTL),
      confirmed(2_000_000),
      restored(0),
      restored(TTL),
      restored(2_000_000),
      { type: "flags.outdated", age: 0 },
      { type: "flags.dropped" },
      { type: "stream.opened" },
      { type: "stream.lost" },
      checked(0),
      checked(TTL),
      checked(2_000_000),
    ],
    distinct: ({ context }) => context.age,
  });

  it("reach every state, and expiry only where there is a bound", () => {
    const never = input.maxStalenessMs === undefined ? ["age.expired"] : [];
    expect(unreached(freshnessMachine, reached)).toEqual(never);
  });

  it("let only young flags and bounded ones grow older by time", () => {
    for (const { state, events } of reached) {
      const { age } = state.value as { age: string };
      // A stale state has its timer in any case; without bound it leads nowhere.
      const ages = ["fresh", "unconfirmed", "stale"].includes(age);
      expect(hasTimer(state), events.join(" → ")).toBe(ages);
      if (age === "live") expect(state.value.stream).toBe("up");
    }
  });
});
