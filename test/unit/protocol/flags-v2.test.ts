import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidResponseError } from "../../../src/errors";
import { type Flag, MALFORMED_FLAG } from "../../../src/flags/flag";
import { readFlagsV2 } from "../../../src/protocol";
import { jsonText, objectText, wireKey } from "./support";

function read(wire: unknown): Flag | undefined {
  return readFlagsV2({ flags: { f: wire } }).get("f");
}

describe("readFlagsV2", () => {
  it("reads every type", () => {
    const flags = readFlagsV2({
      flags: {
        banner: {
          key: "banner",
          type: "string",
          value: "Welcome",
          enabled: true,
          reason: { kind: "FALLTHROUGH", inRollout: true },
        },
        limit: { key: "limit", type: "number", value: 10, enabled: true, variationId: "v1" },
        theme: { key: "theme", type: "json", value: { mode: "dark" }, enabled: true },
        checkout: { key: "checkout", type: "boolean", value: true, enabled: true },
      },
    });

    const common = { variationId: undefined, malformed: false };
    const reason = { kind: "FALLTHROUGH", inRollout: true };
    expect([...flags]).toEqual([
      ["banner", { ...common, on: true, type: "string", value: "Welcome", reason }],
      ["limit", { ...common, on: true, type: "number", value: 10, reason, variationId: "v1" }],
      ["theme", { ...common, on: true, type: "json", value: { mode: "dark" }, reason }],
      ["checkout", { ...common, on: true, type: "boolean", value: true, reason }],
    ]);
  });

  it.each([
    ["string", ""],
    ["number", 0],
    ["json", null],
    ["boolean", false],
  ])("gives the neutral value of a %s that is off", (type, neutral) => {
    for (const value of [false, undefined, type === "json" ? undefined : {}, Number.NaN]) {
      const flag = read({ type, value, enabled: false });

      expect(flag).toMatchObject({ on: false, type, value: neutral, malformed: false });
      expect(flag?.reason).toEqual({ kind: "FALLTHROUGH", inRollout: false });
    }
  });

  it.each([
    ["string", "default"],
    ["number", 3],
    ["json", { a: 1 }],
    ["json", null],
    ["json", true],
  ])("keeps the default value of a %s that is off", (type, value) => {
    expect(read({ type, value, enabled: false })).toMatchObject({ on: false, value });
  });

  it("never says on for a boolean whose value is false, nor the other way round", () => {
    expect(read({ type: "boolean", value: false, enabled: true })).toMatchObject({
      on: false,
      value: false,
    });
    expect(read({ type: "boolean", value: true, enabled: false })).toMatchObject({
      on: false,
      value: false,
    });
  });

  it.each([
    { type: "string", value: false, enabled: true },
    { type: "string", value: 3, enabled: true },
    { type: "string", enabled: true },
    { type: "number", value: "3", enabled: true },
    { type: "number", value: Number.POSITIVE_INFINITY, enabled: true },
    { type: "boolean", value: "true", enabled: true },
    { type: "json", enabled: true },
    { type: "json", value: { deep: [Number.POSITIVE_INFINITY] }, enabled: true },
    { type: "date", value: "2024", enabled: true },
    { type: "date", value: false, enabled: false },
    { type: "constructor", value: "x", enabled: true },
    { type: "constructor", value: false, enabled: false },
    { value: "x", enabled: true },
    { type: "string", value: "x" },
    { type: "string", value: "x", enabled: "yes" },
    true,
    "x",
    null,
    [],
  ])("spoils only the flag that is %j", (wire) => {
    const flags = readFlagsV2({
      flags: { a: { type: "number", value: 1, enabled: true }, f: wire },
    });

    expect(flags.get("f")).toBe(MALFORMED_FLAG);
    expect(flags.get("a")?.value).toBe(1);
  });

  it("keeps false as the value of a json flag that is on", () => {
    expect(read({ type: "json", value: false, enabled: true })).toMatchObject({
      on: true,
      value: false,
    });
  });

  it("freezes values at every level, `__proto__` included", () => {
    const value = JSON.parse('{"a":[{"b":1}],"__proto__":{"c":{}}}');

    const flag = read({ type: "json", value, enabled: true });

    const proto = Object.values<{ c: unknown }>(value)[1];
    const parts = [value, value.a, value.a[0], proto, proto?.c];
    expect(parts.map(Object.isFrozen)).toEqual([true, true, true, true, true]);
    expect(proto).toEqual({ c: {} });
    expect(flag?.value).toBe(value);
    expect(Object.keys(value)).toEqual(["a", "__proto__"]);
  });

  it("refuses values too deep for what walks them later, without overflowing itself", () => {
    const nested = (depth: number) => JSON.parse("[".repeat(depth) + "]".repeat(depth));

    expect(read({ type: "json", value: nested(200), enabled: true })?.malformed).toBe(false);
    expect(read({ type: "json", value: nested(201), enabled: true })).toBe(MALFORMED_FLAG);
    expect(read({ type: "json", value: nested(100_000), enabled: true })).toBe(MALFORMED_FLAG);
  });

  it("shares reasons and ignores a variation that is no string", () => {
    const wire = { type: "number", value: 1, enabled: true, reason: { kind: "TARGET_MATCH" } };
    const flags = readFlagsV2({ flags: { a: wire, b: { ...wire, variationId: 7 } } });

    expect(flags.get("a")?.reason).toBe(flags.get("b")?.reason);
    expect(flags.get("b")?.variationId).toBeUndefined();
  });

  it.each([undefined, null, [], {}, { flags: [] }, "x"])("refuses the body %j", (body) => {
    expect(() => readFlagsV2(body)).toThrow(InvalidResponseError);
  });

  it("is total, keeps every key, and never serves a value of another type", () => {
    const entry = fc.oneof(
      jsonText(),
      fc
        .tuple(
          fc.constantFrom("boolean", "string", "number", "json", "other"),
          jsonText(),
          fc.boolean(),
          jsonText(),
        )
        .map(
          ([type, value, enabled, reason]) =>
            `{"type":"${type}","value":${value},"enabled":${enabled},"reason":${reason}}`,
        ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(wireKey(), entry)), (members) => {
        const wire = new Map(members);

        const flags = readFlagsV2(JSON.parse(`{"flags":${objectText(wire)}}`));

        expect(new Set(flags.keys())).toEqual(new Set(wire.keys()));
        for (const { type, value, on, malformed } of flags.values()) {
          if (type !== "json") expect(typeof value).toBe(type);
          if (type === "boolean") expect(value).toBe(on);
          if (malformed) expect(on).toBe(false);
          // What JSON carries unchanged can be persisted.
          expect(JSON.parse(JSON.stringify(value))).toEqual(value);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is total on any body", () => {
    fc.assert(
      fc.property(jsonText(), (text) => {
        try {
          expect(readFlagsV2(JSON.parse(text))).toBeInstanceOf(Map);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidResponseError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
