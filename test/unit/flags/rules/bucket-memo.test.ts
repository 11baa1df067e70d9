import { randomUUID } from "node:crypto";
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
  const bucketOf = remembered(bucket);
  const [a, b] = flagsNamed("a", "b") as [never, never];
  for (let i = 0; i < 3; i++) for (const id of ["u1", "u2"]) bucketOf(a, id);
  bucketOf(b, "u1");
  expect(asked).toEqual(["a:u1", "a:u2", "b:u1"]);
});

test("what it remembers is bounded: a user of long ago is hashed anew", () => {
  const { bucket, asked } = counting();
  const bucketOf = remembered(bucket);
  const [flag] = flagsNamed("a") as [never];
  const ids = Array.from({ length: 10_000 }, () => randomUUID());
  for (const id of ids) bucketOf(flag, id);
  expect(asked).toHaveLength(10_000);
  bucketOf(flag, ids[9_999] ?? "");
  expect(asked).toHaveLength(10_000);
  for (const id of ids) bucketOf(flag, id);
  expect(asked.length).toBeGreaterThan(17_000);
});

test("answers as without memory where buckets must give way to others", () => {
  const flags = [0, 1, 2_048, 2_049, 300_000].map((index) => ({ index, seed: `${index}:` }));
  const bucketOf = remembered(nodeBucket);
  for (let i = 0; i < 3_000; i++) {
    const id = `u${i % 700}`;
    for (const flag of flags as never[]) {
      expect(bucketOf(flag, id)).toBe(hashed(nodeBucket)(flag, id));
    }
  }
});

test("answers as without memory, in whatever order users and flags come", () => {
  const flags = flagsNamed("a", "b", "c");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(2), fc.nat(60).map(String)), { maxLength: 400 }),
      (questions) => {
        const bucketOf = remembered(nodeBucket);
        for (const [index, id] of questions) {
          const flag = flags[index] as never;
          expect(bucketOf(flag, id)).toBe(hashed(nodeBucket)(flag, id));
        }
      },
    ),
  );
});
