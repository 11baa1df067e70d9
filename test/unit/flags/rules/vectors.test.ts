import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compileRules, evaluateFlag, hashed } from "../../../../src/flags/rules";
import { sha256Bucket } from "../../../../src/flags/rules/sha256-bucket";
import type { EvaluationReason, FlagRule, UserContext } from "../../../../src/flags/types";
import { nodeBucket } from "./node-bucket";

interface Vector {
  readonly flag: FlagRule;
  readonly user: UserContext | null;
  readonly expected: { readonly value: boolean; readonly reason: EvaluationReason };
}

const file = new URL("../../../vectors/evaluation.json", import.meta.url);
const vectors: readonly Vector[] = JSON.parse(readFileSync(file, "utf8"));

describe.each([
  ["Node's SHA-256", nodeBucket],
  ["our own SHA-256", sha256Bucket],
])("with %s", (_, bucket) => {
  test("all 2 500 vectors come out as the server has them", () => {
    const answers = vectors.map(({ flag, user }) => {
      const compiled = compileRules({ [flag.key]: flag }).get(flag.key);
      if (compiled === undefined) throw new Error("the flag was lost");
      const { value, reason } = evaluateFlag(compiled, user ?? undefined, hashed(bucket));
      return { value, reason };
    });
    expect(answers).toHaveLength(2_500);
    expect(answers).toEqual(vectors.map(({ expected }) => expected));
  });
});
