import type { Bucket } from "./bucket";
import { sha256 } from "./sha256";

const encoder = new TextEncoder();

/** The hash for platforms without a synchronous SHA-256 of their own. */
export const sha256Bucket: Bucket = (text) => {
  const [first = 0] = sha256(encoder.encode(text));
  return (first >>> 0) % 100;
};
