import { describe, expect, test } from "vitest";
import {
  FALLTHROUGH_IN,
  FALLTHROUGH_OUT,
  MALFORMED_FLAG,
  makeFlag,
} from "../../../../src/flags/flag";
import { compileRules, evaluateFlag } from "../../../../src/flags/rules";
import { evaluate } from "./evaluate";
import { nodeBuckets } from "./node-bucket";

const OFF = { kind: "OFF" } as const;
const TARGET_MATCH = { kind: "TARGET_MATCH" } as const;

const banner = {
  key: "banner",
  enabled: true,
  rollout: 100,
  type: "string",
  defaultValue: "plain",
  variations: [
    { id: "v-hello", name: "Hello", value: "Hello" },
    { id: "v-ciao", name: "Ciao", value: "Ciao" },
  ],
  targetUsers: ["vip"],
  rules: [
    rule("it", 100, "v-ciao"),
    rule("nobody", 0, "v-ciao"),
    rule("unknown", 100, "v-gone"),
    rule("unnamed", 100),
  ],
};

/** A rule for users of that id. */
function rule(id: string, rollout: number, variationId?: string) {
  const conditions = [{ attribute: "id", operator: "equals", value: id }];
  return { id: `r-${id}`, enabled: true, rollout, conditions, variationId };
}

function ruleMatch(id: string, ruleIndex: number, inRollout = true) {
  return { kind: "RULE_MATCH", ruleId: `r-${id}`, ruleIndex, inRollout } as const;
}

describe("a flag with variations serves", () => {
  test("the one that the rule names", () => {
    expect(evaluate(banner, { id: "it" })).toEqual(
      makeFlag(true, "string", "Ciao", ruleMatch("it", 0), "v-ciao"),
    );
  });

  test.each(["unknown", "unnamed"])("the first when the rule's is %s", (id) => {
    expect(evaluate(banner, { id })).toEqual(
      makeFlag(true, "string", "Hello", ruleMatch(id, id === "unknown" ? 2 : 3), "v-hello"),
    );
  });

  test("the first to target users and in the flag's own rollout", () => {
    expect(evaluate(banner, { id: "vip" })).toEqual(
      makeFlag(true, "string", "Hello", TARGET_MATCH, "v-hello"),
    );
    expect(evaluate(banner)).toEqual(makeFlag(true, "string", "Hello", FALLTHROUGH_IN, "v-hello"));
  });

  test("the first of two with one id", () => {
    const variations = [...banner.variations, { id: "v-ciao", value: "Addio" }];
    expect(evaluate({ ...banner, variations }, { id: "it" }).value).toBe("Ciao");
  });

  test("its default value when it is off, outside the rule's rollout, and outside its own", () => {
    expect(evaluate({ ...banner, enabled: false }, { id: "it" })).toEqual(
      makeFlag(false, "string", "plain", OFF),
    );
    expect(evaluate(banner, { id: "nobody" })).toEqual(
      makeFlag(false, "string", "plain", ruleMatch("nobody", 1, false)),
    );
    expect(evaluate({ ...banner, rollout: 0 })).toEqual(
      makeFlag(false, "string", "plain", FALLTHROUGH_OUT),
    );
  });
});

describe("a typed flag without default value", () => {
  test.each([
    ["boolean", false],
    ["string", ""],
    ["number", 0],
    ["json", null],
  ] as const)("of type %s serves %j when off", (type, value) => {
    for (const defaultValue of [undefined, null]) {
      const flag = { key: "f", enabled: false, rollout: 100, type, defaultValue };
      expect(evaluate(flag)).toEqual(makeFlag(false, type, value, OFF));
    }
  });
});

describe("a typed flag without variations", () => {
  test.each([
    ["string", "x"],
    ["number", 0.5],
    ["json", { a: [1, null, "x"] }],
  ] as const)("of type %s serves its default value when on", (type, defaultValue) => {
    for (const variations of [undefined, null, []]) {
      const flag = { key: "f", enabled: true, rollout: 100, type, defaultValue, variations };
      expect(evaluate(flag)).toEqual(makeFlag(true, type, defaultValue, FALLTHROUGH_IN));
    }
  });

  test("of type boolean serves true when on, and its default value when off", () => {
    const flag = { key: "f", enabled: true, rollout: 100, type: "boolean", defaultValue: false };
    expect(evaluate(flag)).toEqual(makeFlag(true, "boolean", true, FALLTHROUGH_IN));
    expect(evaluate({ ...flag, rollout: 0, defaultValue: true })).toEqual(
      makeFlag(true, "boolean", true, FALLTHROUGH_OUT),
    );
  });

  test("and without default value is malformed when on: callers have better defaults", () => {
    expect(evaluate({ key: "f", enabled: true, rollout: 100, type: "string" })).toEqual(
      MALFORMED_FLAG,
    );
  });
});

test("a boolean flag with variations is on as its variation says", () => {
  const variations = [
    { id: "no", value: false },
    { id: "yes", value: true },
  ];
  const rules = [rule("u", 100, "yes")];
  const flag = { key: "f", enabled: true, rollout: 100, type: "boolean", variations, rules };
  expect(evaluate(flag, { id: "u" })).toEqual(
    makeFlag(true, "boolean", true, ruleMatch("u", 0), "yes"),
  );
  expect(evaluate(flag, { id: "v" })).toEqual(
    makeFlag(false, "boolean", false, FALLTHROUGH_IN, "no"),
  );
});

test("a flag without type is on or off, whatever variations it brings", () => {
  const variations = [{ id: "v", value: "x" }];
  const rules = [rule("u", 100, "v")];
  const flag = { key: "f", enabled: true, rollout: 0, type: null, variations, rules };
  expect(evaluate(flag, { id: "u" })).toEqual(makeFlag(true, "boolean", true, ruleMatch("u", 0)));
  expect(evaluate({ ...flag, defaultValue: true })).toEqual(
    makeFlag(false, "boolean", false, FALLTHROUGH_OUT),
  );
});

describe("a value of another type makes one answer malformed, not the flag", () => {
  test.each([
    ["string", 1],
    ["string", null],
    ["number", "1"],
    ["boolean", "true"],
    ["boolean", 0],
  ])("a %s flag's variation of %j", (type, value) => {
    const variations = [{ id: "bad", value }];
    const flag = { key: "f", enabled: true, rollout: 0, type, variations, targetUsers: ["u"] };
    expect(evaluate(flag, { id: "u" })).toEqual(MALFORMED_FLAG);
    expect(evaluate(flag, { id: "v" }).reason).toEqual(FALLTHROUGH_OUT);
  });

  test("a number that JSON spells and no number holds", () => {
    const flags = JSON.parse('{"f":{"enabled":false,"type":"number","defaultValue":-1e999}}');
    const flag = compileRules(flags).get("f");
    expect(flag && evaluateFlag(flag, undefined, nodeBuckets)).toEqual(MALFORMED_FLAG);
  });

  test.each([[null], ["x"], [{ value: "x" }], [{ id: 1, value: "x" }], [{ id: "v" }]])(
    "a first variation like %j",
    (first) => {
      const variations = [first, { id: "good", value: "good" }];
      const flag = { key: "f", enabled: true, rollout: 100, type: "string", variations };
      expect(evaluate(flag)).toEqual(MALFORMED_FLAG);
      expect(evaluate({ ...flag, rules: [rule("u", 100, "good")] }, { id: "u" }).value).toBe(
        "good",
      );
    },
  );

  test("a default value of another type", () => {
    const flag = { key: "f", enabled: false, rollout: 100, type: "string", defaultValue: false };
    expect(evaluate(flag)).toEqual(MALFORMED_FLAG);
  });
});

test("json flags serve any JSON value", () => {
  for (const value of [{ a: { b: 1 } }, [1], "x", 1, true, false, null]) {
    const variations = [{ id: "v", value }];
    const flag = { key: "f", enabled: true, rollout: 100, type: "json", variations };
    expect(evaluate(flag)).toEqual(makeFlag(true, "json", value, FALLTHROUGH_IN, "v"));
  }
});

test("served values are deeply frozen", () => {
  const theme = { id: "v", value: { colors: [{ name: "red" }] } };
  const flag = { key: "f", enabled: true, type: "json", defaultValue: [[1]], variations: [theme] };
  compileRules({ f: flag });
  const parts = [theme.value, theme.value.colors, theme.value.colors[0], flag.defaultValue[0]];
  expect(parts.map(Object.isFrozen)).toEqual([true, true, true, true]);
});

test("reasons are frozen, and equal answers of one flag are one object", () => {
  const compiled = compileRules({ f: { ...banner, rollout: 50 } }).get("f");
  if (compiled === undefined) throw new Error("the flag was lost");
  const answers = ["vip", "it", "nobody", "a", "b", "c", "d", "e", "f"].map((id) =>
    [0, 1].map(() => evaluateFlag(compiled, { id }, nodeBuckets)),
  );
  expect(answers.every(([one, other]) => one === other)).toBe(true);
  expect(answers.flat().every(({ reason }) => Object.isFrozen(reason))).toBe(true);
  expect(new Set(answers.flat()).size).toBe(5);
});
