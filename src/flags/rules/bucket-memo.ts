import type { Bucket, BucketOf } from "./bucket";

/** How many users are known at a time. */
const USERS = 2_048;
/** How many of their buckets are remembered, a power of two: 1 MB. */
const CELLS = 2 ** 17;
/** More than there are buckets. */
const RANGE = 128;

/**
 * Remembers buckets of the users seen last, since the hash is what an evaluation
 * costs. What is new takes the place of something old, so nothing ever grows, and
 * a user takes room only for the flags that were asked for.
 *
 * @param flagCount flags have their `index` below it.
 */
export function remembered(bucket: Bucket, flagCount: number): BucketOf {
  // A cell says whose bucket in which flag it holds, as question · RANGE + bucket.
  const cells = new Float64Array(CELLS);
  const numberOf = createNumbering();

  return (flag, id) => {
    const user = numberOf(id);
    const question = (user * flagCount + flag.index) * RANGE;
    // Users begin anywhere; all flags of one lie side by side.
    const place = (Math.imul(user, 0x9e3779b1) + flag.index) & (CELLS - 1);
    const known = (cells[place] as number) - question;
    if (known >= 0 && known < RANGE) return known;
    const found = bucket(flag.seed + id);
    cells[place] = question + found;
    return found;
  };
}

/**
 * Numbers ids from 1. When there are too many it forgets them all, and numbers
 * go on from where they were: one never means two ids.
 */
function createNumbering(): (id: string) => number {
  let numbers = new Map<string, number>();
  let count = 0;
  // One request asks about the same user many times.
  let lastId = "";
  let last = 0;

  function find(id: string): number {
    const known = numbers.get(id);
    if (known !== undefined) return known;
    if (numbers.size >= USERS) numbers = new Map();
    numbers.set(id, ++count);
    return count;
  }

  return (id) => {
    if (id !== lastId) last = find(id);
    // Also where it is equal: the next time it is the very same text, and not compared.
    lastId = id;
    return last;
  };
}
