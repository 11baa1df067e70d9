import { sha256 } from "@noble/hashes/sha2.js";
import type { Bucket } from "./bucket";

/** The hash for platforms without a synchronous SHA-256 of their own. */
export const nobleBucket: Bucket = (text) => {
  const digest = sha256(text);
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0) % 100;
};
