import { describe, expect, test } from "vitest";
import { FALLTHROUGH_IN, MALFORMED_FLAG, makeFlag } from "../../../../src/flags/flag";
import { compileRules, evaluateFlag, type RuleProblem } from "../../../../src/flags/rules";
import type { UserContext } from "../../../../src/flags/types";
import { evaluate, problemsOf } from "./evaluate";
import { nodeBuckets } from "./node-bucket";

const FOR_ALL = { attribute: "id", operator: "is_set" };
const good = { key: "good", enabled: true, rollout: 100 };

test.each([[null], [undefined], [7], ["flags"], [[good]], [() => good]])(
  "%o is a rule set without flags",
  (flags) => {
    expect(compileRules(flags)).toEqual(new Map());
  },
);

describe("a flag is malformed, and the others are not,", () => {
  test.each([
    ["it is null", null],
    ["it is a number", 1],
    ["it is a list", [good]],
    ["it is empty", {}],
    ["enabled is missing", { rollout: 100 }],
    ["enabled is a text", { ...good, enabled: "true" }],
    ["enabled is null", { ...good, enabled: null }],
    ["the rollout is a text", { ...good, rollout: "50" }],
    ["the rules are an object", { ...good, rules: { 0: {} } }],
    ["the target users are a text", { ...good, targetUsers: "u" }],
    ["the type is unknown", { ...good, type: "xml" }],
    ["the type is one of Object's own members", { ...good, type: "constructor" }],
    ["the type is a number", { ...good, type: 1 }],
    ["the variations are an object", { ...good, type: "string", variations: {} }],
  ])("when %s", (_, bad) => {
    const problems: RuleProblem[] = [];
    const flags = compileRules({ a: good, bad, z: good }, (problem) => problems.push(problem));
    const answers = [...flags].map(([key, flag]) => [
      key,
      evaluateFlag(flag, undefined, nodeBuckets),
    ]);
    expect(answers.map(([key]) => key)).toEqual(["a", "bad", "z"]);
    expect(answers[1]).toEqual(["bad", MALFORMED_FLAG]);
    expect(answers[0]?.[1]).toEqual(answers[2]?.[1]);
    expect(answers[0]?.[1]).toEqual(makeFlag(true, "boolean", true, FALLTHROUGH_IN));
    expect(problems).toEqual([{ key: "bad", message: "the flag cannot be evaluated" }]);
  });
});

test("absent and null mean none, as in Go's JSON", () => {
  for (const nothing of [undefined, null]) {
    const flag = { enabled: true, rollout: nothing, rules: nothing, targetUsers: nothing };
    expect(evaluate(flag, { id: "u" }).reason).toEqual({ kind: "FALLTHROUGH", inRollout: false });
    const rules = [{ enabled: true, rollout: nothing, conditions: [FOR_ALL] }];
    expect(evaluate({ ...flag, rollout: 100, rules }, { id: "u" }).reason).toEqual({
      kind: "RULE_MATCH",
      ruleIndex: 0,
      inRollout: false,
    });
  }
});

test("a disabled flag is off however broken its rules are", () => {
  const problems = problemsOf({ f: { enabled: false, rules: "x", rollout: "x" } });
  expect(problems).toEqual([]);
  expect(evaluate({ enabled: false, rules: "x", rollout: "x" }).reason).toEqual({ kind: "OFF" });
});

test("all patterns of a rule set together are bounded", () => {
  const rules = Array.from({ length: 300 }, (_, i) => ({
    enabled: true,
    rollout: 100,
    conditions: [{ attribute: "id", operator: "regex", value: `^${i}a{1000}` }],
  }));
  const refused = problemsOf({ f: { ...good, rules } });
  expect(refused.length).toBeGreaterThan(40);
  expect(refused.length).toBeLessThan(60);
});

test("keys of Object's own members are flags like any other", () => {
  const flags = JSON.parse(
    '{"__proto__":{"enabled":true,"rollout":100},"toString":{"enabled":false}}',
  );
  expect([...compileRules(flags).keys()]).toEqual(["__proto__", "toString"]);
  expect(compileRules(Object.create({ inherited: good })).size).toBe(0);
});

test("the flag's own key is hashed, and the name it came under only without one", () => {
  const raw = { enabled: true, rollout: 50 };
  const inside = (flag: object, key: string) =>
    Array.from({ length: 50 }, (_, i) => evaluate(flag, { id: `u${i}` }, key).on);
  expect(inside({ ...raw, key: "a" }, "b")).toEqual(inside(raw, "a"));
  expect(inside({ ...raw, key: "a" }, "b")).not.toEqual(inside(raw, "b"));
});

test("target users that are no texts are nobody", () => {
  const flag = { key: "f", enabled: true, rollout: 0, targetUsers: [1, null, {}, "", "u"] };
  const targeted = (id: unknown) => evaluate(flag, { id } as UserContext).reason.kind;
  expect(["u", "", 1, null, undefined, "1", "null"].map(targeted)).toEqual([
    "TARGET_MATCH",
    ...Array(6).fill("FALLTHROUGH"),
  ]);
});

test("ten thousand rules are no trouble", () => {
  const conditions = [{ attribute: "id", operator: "equals", value: "nobody" }];
  const rules = Array.from({ length: 10_000 }, () => ({ enabled: true, rollout: 1, conditions }));
  expect(evaluate({ ...good, rules }, { id: "u" }).on).toBe(true);
});

test("a value too deep for what walks it later is malformed, and spoils no other of its flag", () => {
  const nested = (levels: number) => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
  const valueFor = (defaultValue: unknown) => evaluate({ ...good, type: "json", defaultValue });
  expect(valueFor(nested(200)).value).toEqual(nested(200));
  expect(valueFor(nested(201))).toBe(MALFORMED_FLAG);
  expect(valueFor(nested(2_000))).toBe(MALFORMED_FLAG);
  const variations = [{ id: "a", value: 7 }];
  const flag = { ...good, type: "json", defaultValue: nested(2_000), variations };
  expect(evaluate(flag).value).toBe(7);
});
