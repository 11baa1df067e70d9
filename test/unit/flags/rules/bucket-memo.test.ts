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

test.each([1_000, 10_000])("with %i flags it takes at most 4 MB, user ids apart", (flagCount) => {
  const [flag] = flagsNamed("a") as [never];
  const fitting = Math.floor((4 * 1_024 * 1_024) / flagCount);
  // How many it remembers goes up and down with the number of users that came.
  for (let users = 2 * fitting; users < 4 * fitting; users += Math.floor(fitting / 10)) {
    let asked = 0;
    const bucketOf = remembered(() => asked++ % 100, flagCount);
    for (let i = 0; i < users; i++) bucketOf(flag, `u${i}`);
    expect(asked).toBe(users);
    bucketOf(flag, `u${users - 1 - fitting}`);
    expect(asked).toBe(users + 1);
  }
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
