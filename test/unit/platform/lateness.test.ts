import { describe, expect, test } from "vitest";
import { watchLateness } from "../../../src/platform/lateness";
import { createVirtualClock } from "../../support/virtual-clock";

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A watched clock, and what its timers and its returns said, in order. */
function watch() {
  const time = createVirtualClock();
  const said: string[] = [];
  const clock = watchLateness(time, () => said.push("return"));
  const set = (name: string, ms: number) => clock.setTimeout(() => said.push(name), ms);
  return { time, clock, said, set };
}

test("timers that were due while nobody ran tell one return, and come half a second later", () => {
  const { time, said, set } = watch();
  for (const [name, ms] of Object.entries({ poll: 30_000, flush: 45_000, age: 300_000 })) {
    set(name, ms);
  }
  time.sleep(DAY);
  expect(said).toEqual(["return"]);
  time.advance(500);
  expect(said).toEqual(["return", "poll", "flush", "age"]);
});

test("a sleep that the monotonic clock does not count is told once, although timers go on from where they were", () => {
  const { time, said, set } = watch();
  set("poll", 30_000);
  set("flush", 45_000);
  set("age", 300_000);
  time.advance(10_000);
  time.jump(DAY);
  time.advance(20_000);
  expect(said).toEqual(["return"]);
  time.advance(300_000);
  expect(said).toEqual(["return", "poll", "flush", "age"]);
});

test("two sleeps are told twice, also by a timer that was set before both", () => {
  const { time, said, set } = watch();
  set("age", 600_000);
  set("first", 30_000);
  time.sleep(MINUTE);
  expect(said).toEqual(["return"]);
  time.advance(500);
  time.sleep(DAY);
  expect(said).toEqual(["return", "first", "return"]);
});

describe("timers of a hidden page, which run once a minute", () => {
  test("tell no return", () => {
    const { time, clock, said, set } = watch();
    set("before", 30_000);
    clock.note("hidden");
    set("meanwhile", 1_000);
    time.sleep(MINUTE);
    expect(said).toEqual(["meanwhile", "before"]);
  });

  test("tell none either when the page is shown before they run", () => {
    const { time, clock, said, set } = watch();
    clock.note("hidden");
    set("poll", 1_000);
    // Shown, and the timer runs right behind.
    const stop = time.setTimeout(() => clock.note("shown"), 0);
    time.sleep(MINUTE);
    time.clearTimeout(stop);
    expect(said).toEqual(["poll"]);
  });

  test("tell one when they are later than that", () => {
    const { time, clock, said, set } = watch();
    clock.note("hidden");
    set("poll", 1_000);
    time.sleep(DAY);
    expect(said).toEqual(["return"]);
  });

  test("and those set after it was shown are late by seconds again", () => {
    const { time, clock, said, set } = watch();
    clock.note("hidden");
    time.advance(MINUTE);
    clock.note("shown");
    time.advance(1);
    set("poll", 1_000);
    time.sleep(1_000 + 5_001);
    expect(said).toEqual(["return"]);
  });

  test("and so are those of a page that was frozen while it was hidden", () => {
    const { time, clock, said, set } = watch();
    clock.note("hidden");
    set("poll", 1_000);
    clock.note("left");
    time.advance(10);
    clock.note("returned");
    clock.note("shown");
    time.sleep(13_000);
    expect(said).toEqual(["return"]);
    time.advance(500);
    expect(said).toEqual(["return", "poll"]);
  });
});
