import { describe, expect, test } from "vitest";
import { compileRules, evaluateFlag } from "../../../../src/flags/rules";
import { evaluate, problemsOf } from "./evaluate";
import { nodeBuckets } from "./node-bucket";

const FOR_ALL = { attribute: "id", operator: "is_set" };
const good = { key: "good", enabled: true, rollout: 100 };

describe("a rule never matches, keeps its place and is reported", () => {
  const next = { id: "next", enabled: true, rollout: 100, conditions: [FOR_ALL] };
  const bad = (part: object) => ({ ...next, id: "bad", ...part });

  test.each([
    ["when it is null", null, "rules[0]"],
    ["when it is a list", [], "rules[0]"],
    ["when enabled is missing", bad({ enabled: undefined }), "rules[0]"],
    ["when enabled is a number", bad({ enabled: 1 }), "rules[0]"],
    ["when its conditions are an object", bad({ conditions: { 0: FOR_ALL } }), "rules[0]"],
    ["when a condition is null", bad({ conditions: [FOR_ALL, null] }), "rules[0].conditions[1]"],
    ["when a condition is a text", bad({ conditions: ["x"] }), "rules[0].conditions[0]"],
    [
      "when a condition has no attribute",
      bad({ conditions: [{ operator: "is_not_set" }] }),
      "rules[0].conditions[0]",
    ],
    [
      "when a condition's attribute is a number",
      bad({ conditions: [{ attribute: 1, operator: "is_not_set" }] }),
      "rules[0].conditions[0]",
    ],
    [
      "when an operator is unknown",
      bad({ conditions: [FOR_ALL, { ...FOR_ALL, operator: "constructor" }] }),
      "rules[0].conditions[1]",
    ],
    [
      "when a value is an object",
      bad({ conditions: [{ ...FOR_ALL, operator: "not_in", value: {} }] }),
      "rules[0].conditions[0]",
    ],
    [
      "when a version is none",
      bad({ conditions: [{ ...FOR_ALL, operator: "semver_eq", value: "x" }] }),
      "rules[0].conditions[0]",
    ],
    [
      "when a pattern is outside RE2",
      bad({ conditions: [{ ...FOR_ALL, operator: "regex", value: "(?=u)" }] }),
      "the pattern of rules[0].conditions[0]",
    ],
  ])("%s", (_, rule, part) => {
    const flag = { key: "f", enabled: true, rollout: 0, rules: [rule, next] };
    expect(evaluate(flag, { id: "u" }).reason).toEqual({
      kind: "RULE_MATCH",
      ruleId: "next",
      ruleIndex: 1,
      inRollout: true,
    });
    expect(problemsOf(JSON.parse(JSON.stringify({ f: flag })))).toEqual([
      { key: "f", message: `${part} cannot be evaluated` },
    ]);
  });

  test.each([
    ["disabled", bad({ enabled: false })],
    ["disabled, whatever else it holds", bad({ enabled: false, conditions: "x" })],
    ["without conditions", bad({ conditions: [] })],
    ["with null for conditions", bad({ conditions: null })],
  ])("but is not reported when it is %s", (_, rule) => {
    const flag = { key: "f", enabled: true, rollout: 0, rules: [rule, next] };
    expect(evaluate(flag, { id: "u" }).reason.ruleIndex).toBe(1);
    expect(problemsOf({ f: flag })).toEqual([]);
  });

  test("a rollout that cannot be read lets nobody in, nor through to the next rule", () => {
    const flag = { enabled: true, rollout: 100, rules: [bad({ rollout: "50" }), next] };
    expect(evaluate(flag, { id: "u" }).reason).toEqual({
      kind: "RULE_MATCH",
      ruleId: "bad",
      ruleIndex: 0,
      inRollout: false,
    });
    expect(problemsOf({ f: flag })).toEqual([
      { key: "f", message: "rules[0].rollout cannot be evaluated" },
    ]);
  });

  test("an id that is no text is left out of the reason", () => {
    const flag = { enabled: true, rules: [bad({ id: 7 })] };
    expect(evaluate(flag, { id: "u" }).reason).toEqual({
      kind: "RULE_MATCH",
      ruleIndex: 0,
      inRollout: true,
    });
  });
});

test("a pattern outside RE2 is reported once, however often it is used", () => {
  const condition = { attribute: "id", operator: "regex", value: "(a)\\1" };
  const rule = { enabled: true, rollout: 100, conditions: [condition] };
  const other = { ...rule, conditions: [{ ...condition, value: "(b)\\1" }] };
  const flags = {
    a: { ...good, rules: [rule, rule, other] },
    b: { ...good, rules: [rule] },
  };
  expect(problemsOf(flags)).toEqual([
    { key: "a", message: "the pattern of rules[0].conditions[0] cannot be evaluated" },
    { key: "a", message: "the pattern of rules[2].conditions[0] cannot be evaluated" },
  ]);
  const compiled = compileRules(flags).get("b");
  expect(compiled && evaluateFlag(compiled, { id: "aa" }, nodeBuckets).reason.kind).toBe(
    "FALLTHROUGH",
  );
});
