import fc from "fast-check";
import { expect, test } from "vitest";
import { anyText } from "../../../../support/any-text";
import { matches } from "./matches";

// Where RE2 and JavaScript mean the same: no line ends in the text, no flags, no `\s`, and
// nothing astral, for V8 finds `\B` between the halves of a surrogate pair.
const atom = fc.constantFrom("a", "b", "c", "1", "_", "-", "é", "\\d", "\\D", "\\w", "\\W");
const place = fc.constantFrom("^", "$", "\\b", "\\B");
const charClass = fc.constantFrom(
  "[ab]",
  "[^a]",
  "[a-c1]",
  "[^\\d]",
  "[\\w-]",
  "[^\\Wa]",
  "\\p{L}",
);
const count = fc.constantFrom("*", "+", "?", "*?", "+?", "{2}", "{0,2}", "{1,}", "{0}");

const { pattern } = fc.letrec<{ pattern: string; sequence: string; part: string }>((tie) => ({
  pattern: fc.array(tie("sequence"), { minLength: 1, maxLength: 3 }).map((all) => all.join("|")),
  sequence: fc.array(tie("part"), { maxLength: 4 }).map((all) => all.join("")),
  part: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    atom,
    place,
    charClass,
    fc.tuple(atom, count).map((both) => both.join("")),
    tie("pattern").map((inner) => `(${inner})`),
    fc.tuple(tie("pattern"), count).map(([inner, times]) => `(?:${inner})${times}`),
  ),
}));

const text = fc
  .array(fc.constantFrom("a", "b", "c", "1", "_", "-", "é", " "), { maxLength: 12 })
  .map((all) => all.join(""));

test("agrees with JavaScript where both mean the same", () => {
  fc.assert(
    fc.property(pattern, text, (source, subject) => {
      expect(matches(source, subject)).toBe(new RegExp(source, "u").test(subject));
    }),
    { numRuns: 2_000 },
  );
});

test("never throws, whatever the pattern and the text", () => {
  const noise = fc
    .array(fc.constantFrom(..."ab01^$.|?*+()[]{}\\-,:<>=!iPQEpdbxz\n😀"), { maxLength: 20 })
    .map((all) => all.join(""));
  fc.assert(
    fc.property(fc.oneof(noise, anyText()), anyText(), (source, subject) => {
      expect([true, false, undefined]).toContain(matches(source, subject));
    }),
    { numRuns: 2_000 },
  );
});
