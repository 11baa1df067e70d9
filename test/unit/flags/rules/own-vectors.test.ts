import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compileRules, evaluateFlag, hashed } from "../../../../src/flags/rules";
import { sha256Bucket } from "../../../../src/flags/rules/sha256-bucket";
import type { EvaluationReason, FlagRule, UserContext } from "../../../../src/flags/types";
import { holds } from "./evaluate";
import { nodeBucket } from "./node-bucket";

interface TypedVector {
  readonly name: string;
  readonly flag: FlagRule;
  readonly user: UserContext | null;
  readonly expected: {
    readonly on: boolean;
    readonly type: string;
    readonly value: unknown;
    readonly reason: EvaluationReason;
    readonly variationId?: string;
  };
}

interface AliasVector {
  /** All of them say the same. */
  readonly operators: readonly string[];
  /** The user's attribute; null is none. */
  readonly given: unknown;
  readonly value: unknown;
  readonly holds: boolean;
}

const OPERATORS = [
  "is_set is_not_set equals eq not_equals neq contains not_contains starts_with ends_with in not_in",
  "greater_than gt greater_equal gte less_than lt less_equal lte regex",
  "semver_eq semver_gt semver_gte semver_lt semver_lte",
].flatMap((line) => line.split(" "));

function read<T>(name: string): readonly T[] {
  const file = new URL(`../../../vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8"));
}

const typed = read<TypedVector>("typed");
const aliases = read<AliasVector>("aliases");

describe.each([
  ["Node's SHA-256", nodeBucket],
  ["our own SHA-256", sha256Bucket],
])("with %s, of a typed flag,", (_, bucket) => {
  test.each(typed)("$name", ({ flag, user, expected }) => {
    const compiled = compileRules({ [flag.key]: flag }).get(flag.key);
    if (compiled === undefined) throw new Error("the flag was lost");
    const answer = evaluateFlag(compiled, user ?? undefined, hashed(bucket));
    expect(answer).toEqual({ malformed: false, variationId: undefined, ...expected });
  });
});

test.each(aliases)("$operators: $given against $value gives $holds", (vector) => {
  for (const operator of vector.operators) {
    expect([operator, holds(operator, vector.value, vector.given)]).toEqual([
      operator,
      vector.holds,
    ]);
  }
});

test("every operator of the protocol has vectors, of which some hold and some do not; so has every type", () => {
  for (const operator of OPERATORS) {
    const outcomes = aliases.filter(({ operators }) => operators.includes(operator));
    expect([operator, new Set(outcomes.map((vector) => vector.holds)).size]).toEqual([operator, 2]);
  }
  expect([...new Set(typed.map(({ expected }) => expected.type))].sort()).toEqual([
    "boolean",
    "json",
    "number",
    "string",
  ]);
});
