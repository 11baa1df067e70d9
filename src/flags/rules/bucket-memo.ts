import type { Bucket, BucketOf } from "./bucket";

/** What the memo may take, in bytes, user ids apart. */
const MAX_BYTES = 4 * 1_024 * 1_024;
const UNKNOWN = -1;

/**
 * Remembers the buckets of the users seen last, since the hash is what an
 * evaluation costs. Two generations: when the young one is full it becomes the
 * old one, whose users come back when they are asked for; the rest is forgotten.
 *
 * @param flagCount flags have their `index` below it.
 */
export function remembered(bucket: Bucket, flagCount: number): BucketOf {
  const usersPerGeneration = Math.max(8, Math.floor(MAX_BYTES / 2 / (flagCount + 64)));
  let young = new Map<string, Int8Array>();
  let old = new Map<string, Int8Array>();

  function bucketsOf(id: string): Int8Array {
    const known = young.get(id);
    if (known !== undefined) return known;
    if (young.size >= usersPerGeneration) {
      old = young;
      young = new Map();
    }
    const buckets = old.get(id) ?? new Int8Array(flagCount).fill(UNKNOWN);
    young.set(id, buckets);
    return buckets;
  }

  return (flag, id) => {
    const buckets = bucketsOf(id);
    const known = buckets[flag.index] ?? UNKNOWN;
    if (known !== UNKNOWN) return known;
    const found = bucket(flag.seed + id);
    buckets[flag.index] = found;
    return found;
  };
}
