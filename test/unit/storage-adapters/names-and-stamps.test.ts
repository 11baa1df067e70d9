import fc from "fast-check";
import { normalizeKey } from "unstorage";
import { describe, expect, it } from "vitest";
import { keyOf, nameOf } from "../../../src/storage-adapters/key-names";
import { stamp, unstamp } from "../../../src/storage-adapters/stamp";
import { createVersions, versionIn } from "../../../src/storage-adapters/versions";

const key = () =>
  fc.oneof(fc.string(), fc.stringMatching(/^[a:.~%$/\\]*$/), fc.string({ unit: "grapheme" }));
const separator = () => fc.constantFrom(":", ".");

describe("the name of a key", () => {
  it("can be read back, and is what unstorage would make of it", () => {
    fc.assert(
      fc.property(key(), separator(), (text, sign) => {
        const name = nameOf(text, sign);
        expect(keyOf(name, sign)).toBe(text);
        expect(normalizeKey(name)).toBe(name);
        // Neither a folder nor hidden, whatever the file system.
        expect(name).toMatch(/^[\w%~-]+([:.][\w%~-]+)*$/);
      }),
    );
  });

  it("is read from nothing else", () => {
    expect(["%", "a$", "%41", "a..b", ""].map((name) => keyOf(name, "."))).toEqual(
      Array(5).fill(undefined),
    );
  });
});

describe("a stamp", () => {
  const stamped = fc.record({ at: fc.nat({ max: 1e15 - 1 }), text: fc.string({ unit: "binary" }) });

  it("gives the text back, and the time", () => {
    fc.assert(
      fc.property(stamped, (one) => {
        expect(unstamp(stamp(one))).toEqual(one);
      }),
    );
  });

  it("is of no use with a part missing", () => {
    fc.assert(
      fc.property(stamped, fc.nat(), (one, n) => {
        const whole = stamp(one);
        expect(unstamp(whole.slice(0, n % whole.length))).toBeUndefined();
      }),
    );
  });

  it.each([undefined, null, 7, {}, "", "text", "rg1:", "rg1:x:1:a$", "rg1:1:2:a$"])(
    "is not %j",
    (value) => {
      expect(unstamp(value)).toBeUndefined();
    },
  );
});

describe("a version", () => {
  const name = (at: number, versions = createVersions()) => `a.b.${versions(at)}`;

  it("tells its key and its time", () => {
    expect(versionIn(name(1_700_000_000_000), ".")).toMatchObject({
      of: "a.b",
      at: 1_700_000_000_000,
    });
    expect(
      ["a.b", "a", "a.000000000000001-000000-short", "000000000000001-000000-abcdefghij"].map(
        (one) => versionIn(one, "."),
      ),
    ).toEqual(Array(4).fill(undefined));
  });

  it("of a later time is greater; of the same time, one's own later one", () => {
    const [one, other] = [createVersions(), createVersions()];
    expect(one(9) < other(10)).toBe(true);
    expect(other(9) < one(10)).toBe(true);
    const [first, second] = [one(10), one(10)];
    expect(first < second).toBe(true);
    expect(one(10)).not.toBe(other(10));
  });
});
