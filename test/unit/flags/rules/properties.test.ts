import fc from "fast-check";
import { expect, test } from "vitest";
import { compileRules, evaluateFlag } from "../../../../src/flags/rules";
import { rulesEngine } from "../../../../src/flags/rules/portable";
import type { FlagRule, UserContext } from "../../../../src/flags/types";
import { anyFlag, anyGarbage, anyUser } from "./arbitraries";
import { evaluate } from "./evaluate";
import { nodeBuckets } from "./node-bucket";
import { interpret } from "./reference";

test("compiled rules answer as interpreted ones", () => {
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(anyFlag, anyUser, (flag, user) => {
      const { on, value, reason } = evaluate(flag, user);
      const expected = interpret(flag, user);
      expect({ on, value, reason }).toEqual({ ...expected, value: expected.on });
      kinds.set(reason.kind, (kinds.get(reason.kind) ?? 0) + 1);
    }),
    { numRuns: 5_000 },
  );
  // The property would be empty if the rules hardly ever matched.
  expect(kinds.get("RULE_MATCH")).toBeGreaterThan(250);
  expect([...kinds.keys()].sort()).toEqual(["FALLTHROUGH", "OFF", "RULE_MATCH", "TARGET_MATCH"]);
});

test("any rule set gives a whole answer for each of its keys, to any user", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), anyGarbage), fc.anything(), (flags, user) => {
      const compiled = compileRules(flags);
      expect([...compiled.keys()]).toEqual(Object.keys(flags));
      for (const flag of compiled.values()) {
        for (const someone of [user, { id: "u", attributes: { u: "50" } }] as UserContext[]) {
          const answer = evaluateFlag(flag, someone, nodeBuckets);
          expect(Object.keys(answer).sort()).toEqual([
            "malformed",
            "on",
            "reason",
            "type",
            "value",
            "variationId",
          ]);
          expect(answer.reason.kind === "ERROR").toBe(answer.malformed);
          expect(answer.type).toBe(
            answer.type === "json" || answer.value === null ? "json" : typeof answer.value,
          );
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

test("the same rules and user always give the same answer", () => {
  fc.assert(
    fc.property(anyFlag, anyUser, (flag, user) => {
      const once = evaluate(flag, user);
      expect(evaluate(structuredClone(flag), structuredClone(user))).toEqual(once);
    }),
  );
});

test("a whole rule set, of typed flags, too, answers each user as each flag alone does", () => {
  const anyTyped = fc.record({
    flag: anyFlag,
    type: fc.constantFrom("boolean", "string", "number", "json", undefined),
    variations: fc.array(fc.record({ id: fc.constantFrom("a", "b"), value: fc.jsonValue() })),
    defaultValue: fc.option(fc.jsonValue(), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(anyTyped, { maxLength: 8 }), fc.array(anyUser), (parts, users) => {
      const flags = parts.map(({ flag, ...typed }, i) => ({ ...flag, ...typed, key: `flag-${i}` }));
      // As the wire has it, which knows no -0.
      const wire = JSON.parse(JSON.stringify(Object.fromEntries(flags.map((it) => [it.key, it]))));
      const set = rulesEngine("v", wire, () => {});
      for (const user of users) {
        const answers = [...set.evaluateAll(user).values()];
        expect(answers).toEqual(flags.map((flag) => evaluate(flag, user, flag.key)));
        for (const [i, { on, reason, malformed, type }] of answers.entries()) {
          const expected = interpret(flags[i] as FlagRule, user);
          if (malformed) continue;
          expect(reason).toEqual(expected.reason);
          if (type !== "boolean") expect(on).toBe(expected.on);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("unknown fields and other flags change nothing", () => {
  fc.assert(
    fc.property(anyFlag, anyUser, anyGarbage, (flag, user, garbage) => {
      const unknown = { description: garbage, percentage: garbage, segments: garbage };
      const extended = {
        ...unknown,
        ...flag,
        rules: flag.rules?.map((rule) => ({
          ...unknown,
          ...rule,
          conditions: rule.conditions.map((condition) => ({ ...unknown, ...condition })),
        })),
      };
      const compiled = compileRules({ before: garbage, it: extended, after: garbage }).get("it");
      expect(compiled && evaluateFlag(compiled, user, nodeBuckets)).toEqual(evaluate(flag, user));
    }),
    { numRuns: 1_000 },
  );
});
