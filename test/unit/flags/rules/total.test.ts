import { describe, expect, test } from "vitest";
import { MALFORMED_FLAG } from "../../../../src/flags/flag";
import { compileRules, evaluateFlag } from "../../../../src/flags/rules";
import type { UserContext } from "../../../../src/flags/types";
import { evaluate } from "./evaluate";
import { nodeBuckets } from "./node-bucket";

const FOR_ALL = { attribute: "id", operator: "is_set" };
const good = { key: "good", enabled: true, rollout: 100 };

describe("nothing throws", () => {
  const boom = () => {
    throw new Error("boom");
  };

  test("when the rule set throws", () => {
    const flags = Object.defineProperty({ a: good }, "b", { enumerable: true, get: boom });
    const compiled = compileRules(flags);
    expect([...compiled.keys()]).toEqual(["a", "b"]);
    expect(compiled.get("b")?.outside).toEqual(MALFORMED_FLAG);
    expect(compileRules(new Proxy({}, { ownKeys: boom }))).toEqual(new Map());
  });

  test("when the reporter throws", () => {
    expect(compileRules({ a: null, b: good }, boom).size).toBe(2);
  });

  test("when the user or the hash throws: the answer says so", () => {
    const rules = [{ enabled: true, rollout: 100, conditions: [{ ...FOR_ALL, attribute: "x" }] }];
    const flag = compileRules({ f: { ...good, rollout: 50, rules } }).get("f");
    if (flag === undefined) throw new Error("the flag was lost");
    const expected = { ...MALFORMED_FLAG, reason: { kind: "ERROR", errorKind: "EXCEPTION" } };
    const user = (parts: object) => parts as UserContext;
    const throwing = Object.defineProperty({}, "id", { get: boom });
    expect(evaluateFlag(flag, user(throwing), nodeBuckets)).toEqual(expected);
    expect(evaluateFlag(flag, { id: "u" }, boom)).toEqual(expected);
    const attributes = Object.defineProperty({}, "x", { get: boom });
    expect(evaluateFlag(flag, user({ id: "u", attributes }), nodeBuckets)).toEqual(expected);
  });

  test.each([[null], [undefined], [7], ["u"], [{}], [{ id: 7 }], [{ id: "u", attributes: null }]])(
    "when the user is %j",
    (user) => {
      const flag = {
        ...good,
        rules: [{ enabled: true, conditions: [{ ...FOR_ALL, attribute: "x" }] }],
      };
      expect(evaluate(flag, user as UserContext).reason).toEqual({
        kind: "FALLTHROUGH",
        inRollout: true,
      });
    },
  );
});
