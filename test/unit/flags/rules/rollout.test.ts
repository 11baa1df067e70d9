import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileRules, evaluateFlag } from "../../../../src/flags/rules";
import { evaluate } from "./evaluate";
import { nodeBucket, nodeBuckets } from "./node-bucket";

const flagAt = (rollout: number) => ({ key: "new-feature", enabled: true, rollout });
const ruleAt = (rollout: number) => ({
  key: "new-feature",
  enabled: true,
  rollout: 0,
  rules: [{ enabled: true, rollout, conditions: [{ attribute: "id", operator: "is_set" }] }],
});
const users = Array.from({ length: 10_000 }, (_, i) => `user-${i}`);

describe.each([
  ["a flag's rollout", flagAt],
  ["a rule's rollout", ruleAt],
])("%s", (_, at) => {
  test.each([
    ["-5", -5, false],
    ["0", 0, false],
    ["100", 100, true],
    ["150", 150, true],
  ])("of %s is the same for everybody", (_, rollout, expected) => {
    expect(users.slice(0, 200).every((id) => evaluate(at(rollout), { id }).on === expected)).toBe(
      true,
    );
  });

  test("lets new-feature:user-1, bucket 48, in above 48", () => {
    expect(nodeBucket("new-feature:user-1")).toBe(48);
    const on = [48, 48.5, 49].map((rollout) => evaluate(at(rollout), { id: "user-1" }).on);
    expect(on).toEqual([false, true, true]);
  });

  test.each([1, 10, 33, 50, 75, 99])("of %i lets about as many percent in", (rollout) => {
    const flag = compileRules({ f: at(rollout) }).get("f");
    const inside = users.filter((id) => flag && evaluateFlag(flag, { id }, nodeBuckets).on).length;
    expect(Math.abs(inside / 100 - rollout)).toBeLessThan(2);
  });

  test("only ever adds users when it grows", () => {
    const percent = fc.double({ min: -10, max: 110, noNaN: true });
    fc.assert(
      fc.property(percent, percent, fc.string({ minLength: 1 }), (a, b, id) => {
        const small = evaluate(at(Math.min(a, b)), { id }).on;
        const large = evaluate(at(Math.max(a, b)), { id }).on;
        expect(small && !large).toBe(false);
      }),
    );
  });
});

test("without a user id, only the ends are decided", () => {
  const nobody = [undefined, { id: "" }];
  for (const user of nobody) {
    const on = [-1, 0, 1, 99.9, 100, 101].map((rollout) => evaluate(flagAt(rollout), user).on);
    expect(on).toEqual([false, false, false, false, true, true]);
  }
});

test("a user without id still matches rules, and is outside their partial rollouts", () => {
  const rule = { enabled: true, conditions: [{ attribute: "plan", operator: "is_set" }] };
  const reason = (rollout: number) =>
    evaluate(
      { key: "f", enabled: true, rollout: 100, rules: [{ ...rule, rollout }] },
      { id: "", attributes: { plan: "pro" } },
    ).reason;
  expect([50, 100].map(reason)).toEqual([
    { kind: "RULE_MATCH", ruleIndex: 0, inRollout: false },
    { kind: "RULE_MATCH", ruleIndex: 0, inRollout: true },
  ]);
});
