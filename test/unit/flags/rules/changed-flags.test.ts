import fc from "fast-check";
import { expect, it } from "vitest";
import { compileRules, evaluateFlag } from "../../../../src/flags/rules";
import { changedFlags } from "../../../../src/flags/rules/changed-flags";
import { anyFlag, anyGarbage, anyUser } from "./arbitraries";
import { nodeBuckets } from "./node-bucket";

const changed = (before: object, after: object) =>
  changedFlags(compileRules(before), compileRules(after));
const again = <T>(value: T): T => structuredClone(value);

it("flags that came again as they were did not change, patterns and lists included", () => {
  let patterns = 0;
  fc.assert(
    fc.property(anyFlag, (flag) => {
      if (JSON.stringify(flag).includes('"regex"')) patterns++;
      expect(changed({ flag }, { flag: again(flag) })).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
  expect(patterns).toBeGreaterThan(50);
});

it("a flag that answers somebody differently changed", () => {
  let differing = 0;
  const pairs = fc.tuple(anyFlag, anyFlag).map(([a, b]) => [a, { ...b, key: a.key }] as const);
  fc.assert(
    fc.property(pairs, fc.array(anyUser, { minLength: 5, maxLength: 20 }), ([a, b], users) => {
      const [before, after] = [compileRules({ flag: a }), compileRules({ flag: b })];
      const answers = [before, after].map((rules) =>
        users.map((user) => {
          const flag = rules.get("flag");
          return flag && evaluateFlag(flag, user, nodeBuckets).on;
        }),
      );
      if (JSON.stringify(answers[0]) === JSON.stringify(answers[1])) return;
      differing++;
      expect(changedFlags(before, after)).toEqual(["flag"]);
    }),
    { numRuns: 2_000 },
  );
  expect(differing).toBeGreaterThan(500);
});

const condition = { attribute: "plan", operator: "in", value: ["pro", "team"] };
const rule = { id: "r", enabled: true, rollout: 50, conditions: [condition] };
const flag = {
  enabled: true,
  rollout: 20,
  targetUsers: ["ann"],
  rules: [rule],
  type: "string",
  defaultValue: "none",
  variations: [{ id: "a", value: "A" }],
};

it.each<[string, object]>([
  ["rollout", { rollout: 21 }],
  ["switch", { enabled: false }],
  ["targets", { targetUsers: ["bob"] }],
  ["value", { variations: [{ id: "a", value: "B" }] }],
  ["value of those outside", { defaultValue: "nothing" }],
  ["rules", { rules: [rule, rule] }],
  ["no rules", { rules: [] }],
  ["rollout of a rule", { rules: [{ ...rule, rollout: 51 }] }],
  ["attribute", { rules: [{ ...rule, conditions: [{ ...condition, attribute: "tier" }] }] }],
  ["operator", { rules: [{ ...rule, conditions: [{ ...condition, operator: "not_in" }] }] }],
  ["members", { rules: [{ ...rule, conditions: [{ ...condition, value: ["pro"] }] }] }],
  ["presence", { rules: [{ ...rule, conditions: [{ ...condition, operator: "is_set" }] }] }],
])("another %s is a change", (_, part) => {
  expect(changed({ flag, other: flag }, { flag: { ...flag, ...part }, other: flag })).toEqual([
    "flag",
  ]);
});

it.each([
  ["^a", "^b"],
  ["(", ")"],
])("another pattern is a change: %s", (one, other) => {
  const matching = (value: string) => ({
    flag: {
      ...flag,
      rules: [{ ...rule, conditions: [{ attribute: "plan", operator: "regex", value }] }],
    },
  });
  // Of patterns that cannot be compiled neither matches: their rules are left out.
  expect(changed(matching(one), matching(other))).toEqual(one === "(" ? [] : ["flag"]);
  expect(changed(matching(one), matching(one))).toEqual([]);
});

it("names what was added and removed, and nothing for its reason alone", () => {
  expect(changed({ a: flag, b: flag }, { b: flag, c: flag })).toEqual(["c", "a"]);
  expect(changed({ a: flag }, { a: { ...flag, rules: [{ ...rule, id: "renamed" }] } })).toEqual([]);
});

it("is total", () => {
  fc.assert(
    fc.property(anyGarbage, anyGarbage, (a, b) => {
      expect(changed({ flag: a }, { flag: b }).length).toBeLessThanOrEqual(1);
    }),
  );
});
