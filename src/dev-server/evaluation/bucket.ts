import { createHash } from "node:crypto";
import { type BucketOf, hashed } from "../../flags/rules";

/** The protocol's rollout number of a text, 0 to 99: the first four bytes of its SHA-256, big-endian, modulo 100. */
export function sha256Bucket(text: string): number {
  return createHash("sha256").update(text, "utf8").digest().readUInt32BE(0) % 100;
}

/** The buckets of users in flags' rollouts. */
export const bucketOf: BucketOf = hashed(sha256Bucket);
