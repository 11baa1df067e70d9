import fc from "fast-check";
import { expect, test } from "vitest";
import { hashed } from "../../../../src/flags/rules";
import { remembered } from "../../../../src/flags/rules/bucket-memo";
import { compileRules } from "../../../../src/flags/rules/compile-rules";
import { nodeBucket } from "./node-bucket";

/** A hash that counts how often it is asked. */
function counting() {
  const asked: string[] = [];
  const bucket = (text: string) => {
    asked.push(text);
    return nodeBucket(text);
  };
  return { bucket, asked };
}

function flagsNamed(...keys: string[]) {
  const raw = Object.fromEntries(keys.map((key) => [key, { enabled: true, rollout: 50 }]));
  return [...compileRules(raw).values()];
}

test("the same user in the same flag is hashed once, another user or flag anew", () => {
  const { bucket, asked } = counting();
  const bucketOf = remembered(bucket, 2);
  const [a, b] = flagsNamed("a", "b") as [never, never];
  for (let i = 0; i < 3; i++) for (const id of ["u1", "u2"]) bucketOf(a, id);
  bucketOf(b, "u1");
  expect(asked).toEqual(["a:u1", "a:u2", "b:u1"]);
});

test("what it remembers is bounded: users of long ago are hashed anew", () => {
  const { bucket, asked } = counting();
  const flagCount = 200_000;
  const bucketOf = remembered(bucket, flagCount);
  const [flag] = flagsNamed("a") as [never];
  for (let i = 0; i < 40; i++) bucketOf(flag, `u${i}`);
  expect(asked).toHaveLength(40);
  bucketOf(flag, "u39");
  expect(asked).toHaveLength(40);
  bucketOf(flag, "u0");
  expect(asked).toHaveLength(41);
});

test.each([1, 100, 10_000])("with %i flags it takes at most 4 MB, user ids apart", (flagCount) => {
  const { bucket, asked } = counting();
  const bucketOf = remembered(bucket, flagCount);
  const [flag] = flagsNamed("a") as [never];
  const users = 100_000;
  for (let i = 0; i < users; i++) bucketOf(flag, `u${i}`);
  asked.length = 0;
  // Backwards, so that asking makes nobody forgotten who was not asked for yet.
  for (let i = users - 1; asked.length === 0; i--) bucketOf(flag, `u${i}`);
  const known = users - Number(/\d+$/.exec(asked[0] ?? "")?.[0]) - 1;
  expect(known).toBeGreaterThanOrEqual(8);
  expect(known * flagCount).toBeLessThanOrEqual(4 * 1_024 * 1_024);
});

test("answers as without memory, in whatever order users and flags come", () => {
  const flags = flagsNamed("a", "b", "c");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(2), fc.nat(60).map(String)), { maxLength: 400 }),
      (questions) => {
        const bucketOf = remembered(nodeBucket, 3);
        for (const [index, id] of questions) {
          const flag = flags[index] as never;
          expect(bucketOf(flag, id)).toBe(hashed(nodeBucket)(flag, id));
        }
      },
    ),
  );
});
