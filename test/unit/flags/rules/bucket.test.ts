import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../../../src/flags/rules/sha256";
import { sha256Bucket } from "../../../../src/flags/rules/sha256-bucket";
import { anyText } from "../../../support/any-text";
import { nodeBucket } from "./node-bucket";

describe.each([["sha256Bucket", sha256Bucket]])("%s", (_, bucket) => {
  test.each([
    // printf '%s' … | sha256sum, the first 8 digits modulo 100
    ["new-feature:user-1", 0xf6c83978 % 100],
    ["", 0xe3b0c442 % 100],
    ["日本-flag:zoë", 0xfe11b25b % 100],
  ])("of %j is as sha256sum has it", (text, expected) => {
    expect(bucket(text)).toBe(expected);
  });

  test("agrees with Node for any text", () => {
    fc.assert(
      fc.property(anyText({ maxLength: 200 }), (text) => {
        expect(bucket(text)).toBe(nodeBucket(text));
      }),
    );
  });
});

describe("sha256", () => {
  const hex = (message: Uint8Array) =>
    sha256(message)
      .map((word) => (word >>> 0).toString(16).padStart(8, "0"))
      .join("");

  test("agrees with Node for messages of every length up to four blocks", () => {
    for (let length = 0; length <= 256; length++) {
      const message = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
      expect(hex(message)).toBe(createHash("sha256").update(message).digest("hex"));
    }
  });

  test("agrees with the standard's example of a million times a", () => {
    expect(hex(new Uint8Array(1_000_000).fill(0x61))).toBe(
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    );
  });

  test("its tables come out the same in engines whose cube roots are a little off", () => {
    for (let n = 2, found = 0; found < 64; n++) {
      if ([2, 3, 5, 7, 11, 13, 17].some((prime) => n > prime && n % prime === 0)) continue;
      found++;
      const scaled = (Math.cbrt(n) % 1) * 2 ** 32;
      // A double has 2⁻¹⁸ of this scale's unit to spare.
      expect(Math.abs(scaled - Math.round(scaled))).toBeGreaterThan(2 ** -12);
    }
  });
});
