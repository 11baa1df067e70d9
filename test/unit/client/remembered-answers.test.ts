import { describe, expect, it } from "vitest";
import { FlagStore } from "../../../src/client/flag-store";
import { RememberedAnswers } from "../../../src/client/remembered-answers";
import { makeFlag } from "../../../src/flags/flag";
import { createRulesEngine } from "../../../src/flags/rules";
import { createVirtualClock } from "../../support/virtual-clock";
import { nodeBucket } from "../flags/rules/node-bucket";

const USER = Object.freeze({ id: "ann" });

/** A store whose rules are on or off for everybody. */
function createAnswers(rollouts: Record<string, number>) {
  const engine = createRulesEngine(nodeBucket);
  const rulesOf = (of: Record<string, number>) => {
    const flags = Object.entries(of).map(([key, rollout]) => [key, { enabled: true, rollout }]);
    return engine("1", Object.fromEntries(flags), () => {});
  };
  const store = new FlagStore(createVirtualClock(), { served() {}, announced() {} });
  store.receiveRules(rulesOf(rollouts));
  const answers = new RememberedAnswers(store);
  const find = (key: string) => {
    const slot = store.slots.get(key);
    return slot && answers.flagFor(slot, key, USER);
  };
  return { store, find, rulesOf };
}

describe("remembered answers", () => {
  it("are the rules' own, flag by flag, and the same again", () => {
    const { store, find } = createAnswers({ a: 100, b: 0 });
    for (let time = 0; time < 2; time++) {
      for (const key of ["a", "b"]) {
        const slot = store.slots.get(key);
        expect(find(key)).toBe(slot && store.flagFor(slot, key, USER));
      }
    }
  });

  it("ask the rules once", () => {
    const { store, find } = createAnswers({ a: 50 });
    const first = find("a");
    store.flagFor = () => {
      throw new Error("asked again");
    };
    expect(find("a")).toBe(first);
  });

  it("are forgotten with the rules that gave them", () => {
    const { store, find, rulesOf } = createAnswers({ a: 100 });
    expect(find("a")?.on).toBe(true);
    store.receiveRules(rulesOf({ a: 0 }));
    expect(find("a")?.on).toBe(false);
    store.adoptRules(
      { rules: rulesOf({ a: 100 }), source: "cache", confirmedAt: 0, confirmedMonotonic: 0 },
      false,
    );
    expect(find("a")?.on).toBe(true);
  });

  it("give way to an override, and come back after it", () => {
    const { store, find } = createAnswers({ a: 100 });
    expect(find("a")?.on).toBe(true);
    store.override("a", makeFlag(false, "boolean", false, undefined));
    expect(find("a")?.on).toBe(false);
    store.clearOverrides();
    expect(find("a")?.on).toBe(true);
  });

  it("end when the rules are too old, and begin again when they are confirmed", () => {
    const { store, find } = createAnswers({ a: 100 });
    expect(find("a")?.on).toBe(true);
    store.setRulesFreshness("expired");
    expect(find("a")).toBeUndefined();
    store.setRulesFreshness("fresh");
    expect(find("a")?.on).toBe(true);
  });

  it("are found again under a slot that was made anew", () => {
    const { store, find, rulesOf } = createAnswers({ a: 100 });
    expect(find("a")?.on).toBe(true);
    store.receiveRules(rulesOf({}));
    store.collect(() => {});
    expect(find("a")).toBeUndefined();
    store.receiveRules(rulesOf({ a: 0 }));
    expect(find("a")?.on).toBe(false);
  });
});
