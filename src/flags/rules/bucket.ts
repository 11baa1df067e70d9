import type { CompiledFlag } from "./compiled";

/**
 * Where a text falls among 100 equal buckets: the first 4 bytes, big-endian and
 * unsigned, of SHA-256 over its UTF-8 form, modulo 100.
 */
export type Bucket = (text: string) => number;

/** The bucket of a user, by id, in a flag's rollouts. */
export type BucketOf = (flag: CompiledFlag, id: string) => number;

/** Hashes each time it is asked. */
export function hashed(bucket: Bucket): BucketOf {
  return (flag, id) => bucket(flag.seed + id);
}
