import fc from "fast-check";
import type { FlagRule, UserContext } from "../../../../src/flags/types";

const OPERATORS = [
  "is_set is_not_set equals eq not_equals neq contains not_contains starts_with ends_with in not_in",
  "greater_than gt greater_equal gte less_than lt less_equal lte",
  "semver_eq semver_gt semver_gte semver_lt semver_lte",
].flatMap((line) => line.split(" "));

const text = fc.constantFrom("pro", "PRO", "p", "de", "Über", " ", "10", "2.5", "v1.2", "1.10.0-b");
const scalar = fc.oneof(text, fc.constantFrom(10, 2.5, 0, -3), fc.boolean());
const attribute = fc.constantFrom("plan", "age", "version", "id", "email", "missing");
const rollout = fc.constantFrom(-5, 0, 1, 25, 50, 99, 100, 150);
const mostly = fc.integer({ min: 0, max: 9 }).map((n) => n > 0);
const id = fc.constantFrom("u-1", "u-2", "u-3", "pro", "日本");

const condition = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      attribute,
      operator: fc.constantFrom(...OPERATORS, "no_such_operator"),
      value: fc.oneof(
        { weight: 4, arbitrary: scalar },
        { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
        { weight: 1, arbitrary: fc.array(text, { maxLength: 3 }).map((all) => all.join(" , ")) },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      attribute,
      operator: fc.constant("regex"),
      value: fc.constantFrom("^p", "o$", "[0-9]+", "P.o", "(e|1)\\.?", "^$"),
    }),
  },
);

const rule = fc.record({
  id: fc.constantFrom("r1", "r2", "r3"),
  enabled: mostly,
  rollout,
  conditions: fc.oneof(
    { weight: 9, arbitrary: fc.array(condition, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constant([]) },
  ),
});

/** Well-formed boolean flags whose rules often match {@link anyUser}. */
export const anyFlag: fc.Arbitrary<FlagRule> = fc.record(
  {
    key: fc.constantFrom("checkout", "日本-flag", "a b"),
    enabled: mostly,
    rollout,
    targetUsers: fc.array(id, { maxLength: 1 }),
    rules: fc.array(rule, { minLength: 1, maxLength: 5 }),
  },
  { requiredKeys: ["key", "enabled", "rollout"] },
);

/** Users with some of the attributes that {@link anyFlag} asks about, or nobody. */
export const anyUser: fc.Arbitrary<UserContext | undefined> = fc.option(
  fc.record(
    {
      id,
      email: fc.constantFrom("", "pro@de", "Zoë@Über.org"),
      attributes: fc.record(
        { plan: fc.oneof(text, fc.constant("")), age: scalar, version: fc.option(text) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["id"] },
  ),
  { nil: undefined, freq: 10 },
);

const hostileName = fc.constantFrom(
  ..."key enabled rollout rules targetUsers type defaultValue variations id value name".split(" "),
  ..."conditions attribute operator variationId __proto__ constructor".split(" "),
);
const hostileLeaf = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    false,
    0,
    50,
    100,
    Number.NaN,
    "",
    "50",
    "string",
  ),
  fc.constantFrom<unknown>("boolean", "number", "json", "regex", "in", "(", "id", "u", "equals"),
  fc.anything(),
);

/** Anything in the place of a flag, with the names of real flags in all the wrong places. */
export const anyGarbage: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 6, depthSize: "small" },
    hostileLeaf,
    fc.array(tie("any"), { maxLength: 4 }),
    fc.dictionary(hostileName, tie("any"), { maxKeys: 6 }),
    fc.record({ enabled: fc.constant(true), rules: tie("any"), type: tie("any") }),
    fc.record({ enabled: fc.constant(true), conditions: tie("any"), rollout: tie("any") }),
    fc.record({ attribute: fc.constant("id"), operator: hostileLeaf, value: tie("any") }),
  ),
})).any;
