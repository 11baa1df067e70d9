import { expect, test } from "vitest";
import { createRulesEngine } from "../../../../src/flags/rules";
import { nodeBucket } from "./node-bucket";

const asking = (attribute: string, value: string) => ({
  enabled: true,
  rollout: 0,
  rules: [
    {
      id: "r",
      enabled: true,
      rollout: 100,
      conditions: [{ attribute, operator: "equals", value }],
    },
  ],
});

/** Asks one rule set, as a client does, which remembers where it looked last. */
function asker() {
  const engine = createRulesEngine(nodeBucket);
  const rules = engine(
    "v1",
    { pro: asking("plan", "pro"), gold: asking("tier", "gold") },
    () => {},
  );
  return (key: string, attributes: object) => {
    const flag = rules.flags.get(key);
    return flag && rules.evaluate(flag, { id: "u", attributes: attributes as never }).on;
  };
}

test("an inherited attribute is not set, whichever own one was asked for before", () => {
  const isOn = asker();
  const attributes = Object.assign(Object.create({ tier: "gold" }), { plan: "pro" });
  expect([isOn("pro", attributes), isOn("gold", attributes)]).toEqual([true, false]);
  const other = Object.create({ plan: "pro" });
  expect([isOn("pro", attributes), isOn("pro", other)]).toEqual([true, false]);
});

test("an attribute that changes or is deleted counts as it is now", () => {
  const isOn = asker();
  const attributes: Record<string, string> = { plan: "pro" };
  expect(isOn("pro", attributes)).toBe(true);
  attributes["plan"] = "free";
  expect(isOn("pro", attributes)).toBe(false);
  attributes["plan"] = "PRO";
  expect(isOn("pro", attributes)).toBe(true);
  delete attributes["plan"];
  expect(isOn("pro", attributes)).toBe(false);
});
