import fc from "fast-check";
import type { FlagsFile } from "../../../src/dev-server";
import type { UserContext } from "../../../src/flags/types";

/** Ids that are close to each other: in case, in what a pattern may take them for, in length. */
const id = fc.constantFrom(
  "ann",
  "Ann",
  "ANN",
  "an",
  "anna",
  "a.n",
  "a]n",
  "σς",
  "ΣΣ",
  "日本",
  "7",
);
const text = fc.constantFrom("pro", "PRO", "p", "de, pro", "Über", "10", "2.5", "v1.2", "");
const scalar = fc.oneof(text, fc.constantFrom(10, 2.5, 0), fc.boolean());
const attribute = fc.constantFrom("plan", "plan", "age", "email", "id");
const NEGATABLE = ["is_set", "is_not_set", "equals", "neq", "contains", "not_contains"];
const LISTS = ["in", "not_in"];
const OTHERS = ["starts_with", "ends_with", "gt", "less_equal", "regex", "semver_gte", "eq"];

function ownCondition(operators: readonly string[]) {
  return fc.record({
    attribute,
    operator: fc.constantFrom(...operators),
    value: fc.oneof(
      { weight: 4, arbitrary: scalar },
      { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
      { weight: 1, arbitrary: fc.constantFrom("(", "^p", "[0-9]", "ann") },
    ),
  });
}

/** Mostly of the kinds that have an opposite, so that most flags are sent. */
const about = fc.oneof(
  { weight: 5, arbitrary: ownCondition([...NEGATABLE, ...LISTS]) },
  { weight: 1, arbitrary: ownCondition(OTHERS) },
);

function asking(names: readonly string[]) {
  return fc.record({
    attribute: fc.constant("segment"),
    operator: fc.constantFrom(...LISTS),
    value: fc.oneof(
      fc.subarray([...names]),
      fc.subarray([...names]).map((some) => some.join(" , ")),
    ),
  });
}

function conditions(names: readonly string[]) {
  return fc.array(
    fc.oneof({ weight: 2, arbitrary: about }, { weight: 3, arbitrary: asking(names) }),
    {
      maxLength: 3,
    },
  );
}

/** A segment that builds on those before it alone. */
function segment(before: readonly string[]) {
  return fc.record(
    {
      users: fc.array(id, { maxLength: 3 }),
      conditions: conditions(before),
      rules: fc.array(fc.record({ conditions: conditions(before) }), { maxLength: 2 }),
    },
    { requiredKeys: [] },
  );
}

const NAMES = ["a", "b", "c"];
const segments = fc.record({
  a: segment([]),
  b: segment(["a"]),
  c: segment(["a", "b"]),
});

const rollout = fc.constantFrom(0, 30, 60, 100, 100);
const rule = fc.record(
  {
    id: fc.constantFrom("r1", "r2", "r3"),
    enabled: fc.constantFrom(true, true, true, false),
    rollout,
    conditions: conditions(NAMES),
    variationId: fc.constantFrom("v1", "v2"),
  },
  { requiredKeys: ["conditions"] },
);

const flag = fc
  .record(
    {
      enabled: fc.constantFrom(true, true, true, true, false),
      rollout,
      targetUsers: fc.array(id, { maxLength: 1 }),
      rules: fc.array(rule, { minLength: 1, maxLength: 4 }),
      defaultValue: fc.constantFrom("off", "none"),
    },
    { requiredKeys: ["enabled"] },
  )
  .map((fields) => ({
    ...fields,
    type: "string" as const,
    variations: [
      { id: "v1", value: "one" },
      { id: "v2", value: "two" },
    ],
  }));

/** Files whose flags ask about segments, nested and negated. */
export const anyFile: fc.Arbitrary<FlagsFile> = fc.record({
  flags: fc.dictionary(fc.constantFrom("x", "y", "__proto__"), flag, { minKeys: 1 }),
  segments,
});

/** Users that {@link anyFile} has something to say about, and nobody. */
export const anyUser: fc.Arbitrary<UserContext | undefined> = fc.option(
  fc.record(
    {
      id,
      email: text,
      attributes: fc.record(
        { plan: fc.option(scalar), age: fc.option(scalar) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["id"] },
  ),
  { nil: undefined, freq: 10 },
);
