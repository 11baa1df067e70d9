import { createHash } from "node:crypto";
import type { Bucket } from "../../../../src/flags/rules";

/** The hash by Node's own SHA-256. */
export const nodeBucket: Bucket = (text) =>
  createHash("sha256").update(text).digest().readUInt32BE(0) % 100;
