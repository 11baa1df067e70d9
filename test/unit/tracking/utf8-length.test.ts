import fc from "fast-check";
import { expect, it } from "vitest";
import { utf8Length } from "../../../src/tracking/utf8-length";
import { anyText } from "../../support/any-text";

it("counts the bytes that a text takes as UTF-8", () => {
  expect(["", "aé€😀", "\ud83d", "\ude00\ud83d", "\ud83da"].map(utf8Length)).toEqual([
    0, 10, 3, 6, 4,
  ]);
});

it("agrees with TextEncoder on any text", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
});
