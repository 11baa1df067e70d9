import { createHash } from "node:crypto";
import { type Bucket, type BucketOf, hashed } from "../../../../src/flags/rules";

/** The hash by Node's own SHA-256. */
export const nodeBucket: Bucket = (text) =>
  createHash("sha256").update(text).digest().readUInt32BE(0) % 100;

/** The same, of users in flags. */
export const nodeBuckets: BucketOf = hashed(nodeBucket);
