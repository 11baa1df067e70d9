import { describe, expect, it } from "vitest";
import { FlagStore } from "../../../src/client/flag-store";
import type { FlagChange } from "../../../src/flags/diff";
import { type Flag, MALFORMED_FLAG, makeFlag } from "../../../src/flags/flag";
import { createVirtualClock } from "../../support/virtual-clock";

const on = (value = true): Flag => makeFlag(value, "boolean", value, undefined);
const flags = (record: Record<string, boolean>) =>
  new Map(Object.entries(record).map(([key, value]) => [key, on(value)]));

function createStore() {
  const served: (readonly FlagChange[])[] = [];
  const announced: (readonly FlagChange[])[] = [];
  const clock = createVirtualClock();
  const store = new FlagStore(clock, {
    served: (changes) => served.push(changes),
    announced: (changes) => announced.push(changes),
  });
  return { store, clock, served, announced };
}

describe("the flag store", () => {
  it("drops whatever carries another user's number", () => {
    const { store } = createStore();
    store.swapUser({ id: "a" });
    store.replace(store.epoch - 1, flags({ beta: true }), "network");
    store.mergeInit(store.epoch + 1, flags({ beta: true }));
    store.confirm(store.epoch - 1);
    expect([store.set, store.absence, store.age]).toEqual([undefined, "CLIENT_NOT_READY", 0]);
  });

  it("is as old as the clock says that counted more", () => {
    const { store, clock } = createStore();
    store.replace(store.epoch, flags({ beta: true }), "network");
    clock.advance(1_000);
    clock.jump(86_400_000);
    expect(store.age).toBe(86_401_000);
    clock.jump(-2 * 86_400_000);
    expect(store.age).toBe(1_000);
  });

  it("serves nothing of the user before from the swap on, and tells the app once", () => {
    const { store, served, announced } = createStore();
    store.replace(store.epoch, flags({ beta: true, gone: true }), "network");
    expect(store.swapUser({ id: "b" })).toBe("dropped");
    expect(store.slots.size).toBe(0);
    store.replace(store.epoch, flags({ beta: false }), "network");
    expect(served).toHaveLength(3);
    expect(announced.at(-1)).toEqual([
      { key: "beta", value: false, previous: true },
      { key: "gone", value: undefined, previous: true },
    ]);
    expect(announced).toHaveLength(2);
  });

  it("keeps the flags of the same user, and its ETag while nothing about the user changed", () => {
    const { store } = createStore();
    store.swapUser({ id: "a", attributes: { plan: "pro", age: 3 } });
    store.replace(store.epoch, flags({ beta: true }), "network", '"1"');
    expect(store.swapUser({ id: "a", attributes: { age: 3, plan: "pro" } })).toBe("kept");
    expect([store.etag, store.stale]).toEqual(['"1"', false]);
    expect(store.swapUser({ id: "a", attributes: { plan: "free" } })).toBe("outdated");
    expect([store.etag, store.stale, store.slots.size]).toEqual([undefined, true, 1]);
  });

  it("lets a flag that did not change keep its reason when a set comes without", () => {
    const { store } = createStore();
    const reasoned = makeFlag(true, "boolean", true, { kind: "TARGET_MATCH" });
    store.replace(
      store.epoch,
      new Map([
        ["beta", reasoned],
        ["old", on()],
      ]),
      "network",
      '"1"',
    );
    store.mergeInit(store.epoch, flags({ beta: true, fresh: true }));
    expect(store.slots.get("beta")?.flag).toBe(reasoned);
    expect([...store.slots.keys()]).toEqual(["beta", "fresh"]);
    expect([store.set?.source, store.etag]).toEqual(["stream", undefined]);
  });

  it("takes a first set that comes without reasons as it is", () => {
    const { store } = createStore();
    store.mergeInit(store.epoch, flags({ beta: true }));
    expect(store.record()).toEqual(Object.assign(Object.create(null), { beta: true }));
  });

  it("knows the age of the flags by the clock that counted more", () => {
    const { store, clock } = createStore();
    store.replace(store.epoch, flags({ beta: true }), "network");
    clock.advance(1_000);
    clock.jump(-86_400_000);
    expect(store.age).toBe(1_000);
    clock.jump(2 * 86_400_000);
    expect(store.age).toBe(86_401_000);
    store.confirm(store.epoch);
    expect(store.age).toBe(0);
  });

  it("ages a set from storage by the wall clock alone", () => {
    const { store, clock } = createStore();
    store.adopt(store.epoch, {
      flags: flags({ beta: true }),
      source: "cache",
      etag: undefined,
      confirmedAt: clock.now() - 5_000,
      confirmedMonotonic: undefined,
    });
    expect(store.age).toBe(5_000);
  });

  it("withholds expired flags without telling the app of changes, and brings them back", () => {
    const { store, served, announced } = createStore();
    store.replace(store.epoch, flags({ beta: true }), "network");
    store.setFreshness("expired");
    expect([store.absence, store.slots.size, store.stale]).toEqual(["STALE", 0, true]);
    store.setFreshness("fresh");
    expect([store.absence, store.slots.size, store.stale]).toEqual([undefined, 1, false]);
    expect([served.length, announced.length]).toEqual([3, 1]);
  });

  it("keeps the counts of a flag that is gone until they are collected", () => {
    const { store } = createStore();
    store.replace(store.epoch, flags({ read: true, unread: true }), "network");
    const slot = store.slots.get("read");
    if (slot !== undefined) slot.on = 2;
    store.replace(store.epoch, flags({ other: true }), "network");
    expect([...store.slots.keys()]).toEqual(["read", "other"]);
    const counts: unknown[] = [];
    store.collect((...count) => counts.push(count));
    expect(counts).toEqual([["read", 2, 0]]);
    expect([...store.slots.keys()]).toEqual(["other"]);
  });

  it("puts overrides over everything, and takes them away again", () => {
    const { store, announced } = createStore();
    store.replace(store.epoch, flags({ beta: false }), "network");
    store.override("beta", on());
    store.override("local", on());
    expect([store.sourceOf("beta", false), store.sourceOf("local", false)]).toEqual([
      "override",
      "override",
    ]);
    store.replace(store.epoch, flags({ beta: false, more: true }), "network");
    expect(store.record()).toEqual(
      Object.assign(Object.create(null), { beta: true, local: true, more: true }),
    );
    store.clearOverrides();
    store.clearOverrides();
    expect([store.sourceOf("beta", false), store.slots.has("local")]).toEqual(["network", false]);
    expect(announced).toHaveLength(5);
  });

  it("names the default as the source of nothing, and leaves malformed flags out of the record", () => {
    const { store } = createStore();
    expect(store.sourceOf("beta", false)).toBe("default");
    store.replace(store.epoch, new Map([["broken", MALFORMED_FLAG]]), "network");
    expect(Object.keys(store.record())).toEqual([]);
  });
});
