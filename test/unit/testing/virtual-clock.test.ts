import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../../src";
import { createVirtualClock } from "../../../src/testing";

describe("createVirtualClock", () => {
  it("starts where it is told, by default with the year 2026", () => {
    expect(createVirtualClock().now()).toBe(Date.UTC(2026, 0, 1));
    expect(createVirtualClock(5).now()).toBe(5);
    expect(createVirtualClock().monotonic()).toBe(0);
  });

  it("runs what falls due in order, each timer at its own time, also those set meanwhile", () => {
    const clock = createVirtualClock(0);
    const ran: string[] = [];
    const note = (name: string) => ran.push(`${name} at ${clock.now()}`);
    clock.setTimeout(() => note("late"), 20);
    clock.setTimeout(() => {
      note("early");
      clock.setTimeout(() => note("set meanwhile"), 5);
    }, 10);
    clock.clearTimeout(clock.setTimeout(() => note("cleared"), 10));
    clock.setTimeout(() => note("not due"), 31);
    expect([clock.timersSet, clock.pending()]).toEqual([4, [10, 20, 31]]);
    clock.advance(30);
    expect(ran).toEqual(["early at 10", "set meanwhile at 15", "late at 20"]);
    expect([clock.now(), clock.monotonic(), clock.pending()]).toEqual([30, 30, [31]]);
  });

  it("jumps with the wall clock alone, either way", () => {
    const clock = createVirtualClock(1_000);
    clock.setTimeout(() => expect.unreachable(), 1);
    clock.jump(-400);
    clock.jump(100);
    expect([clock.now(), clock.monotonic()]).toEqual([700, 0]);
  });

  it("sleeps: timers run late, when all clocks have moved", () => {
    const clock = createVirtualClock(0);
    const ran: number[] = [];
    clock.setTimeout(() => ran.push(clock.now(), clock.monotonic()), 10);
    clock.sleep(100);
    expect(ran).toEqual([100, 100]);
  });

  it("tells when a timer is pending, now or as soon as it is set", async () => {
    const clock = createVirtualClock();
    const told: string[] = [];
    const exact = clock.timer(10).then(() => told.push("10"));
    const fitting = clock.timer((ms) => ms > 10).then(() => told.push("more than 10"));
    clock.setTimeout(() => {}, 11);
    await fitting;
    expect(told).toEqual(["more than 10"]);
    clock.setTimeout(() => {}, 10);
    await exact;
    await clock.timer(10);
    expect(told).toEqual(["more than 10", "10"]);
  });

  it.each([
    ["start", () => createVirtualClock(Number.NaN), "createVirtualClock(start): give a finite"],
    ["advance", () => createVirtualClock().advance(-1), "advance(ms): give milliseconds that are"],
    ["advance, unset", () => createVirtualClock().advance(undefined as never), "advance(ms): give"],
    ["jump", () => createVirtualClock().jump(Number.POSITIVE_INFINITY), "jump(ms): give a finite"],
    ["sleep", () => createVirtualClock().sleep(-1), "sleep(ms): give milliseconds that are not"],
    ["timer", () => createVirtualClock().timer("1s" as never), "timer(ms): give a finite"],
  ])("refuses nonsense: %s", (_, call, message) => {
    expect(call).toThrow(ConfigurationError);
    expect(call).toThrow(message);
  });
});
