import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidResponseError } from "../../../src/errors";
import { FALLTHROUGH_IN, FALLTHROUGH_OUT, MALFORMED_FLAG } from "../../../src/flags/flag";
import { readFlagsV1 } from "../../../src/protocol";
import { jsonText, objectText, wireKey } from "./support";

function reasonOf(reason: unknown, on = true): unknown {
  return readFlagsV1({ flags: { f: on }, reasons: { f: reason } }).get("f")?.reason;
}

describe("readFlagsV1", () => {
  it("reads flags with their reasons, in the server's order", () => {
    const flags = readFlagsV1({
      flags: { "new-checkout": true, beta: false },
      reasons: {
        "new-checkout": { kind: "RULE_MATCH", ruleId: "r1", ruleIndex: 2, inRollout: true },
        beta: { kind: "OFF" },
      },
    });

    expect([...flags]).toEqual([
      [
        "new-checkout",
        {
          on: true,
          type: "boolean",
          value: true,
          reason: { kind: "RULE_MATCH", ruleId: "r1", ruleIndex: 2, inRollout: true },
          variationId: undefined,
          malformed: false,
        },
      ],
      [
        "beta",
        {
          on: false,
          type: "boolean",
          value: false,
          reason: { kind: "OFF" },
          variationId: undefined,
          malformed: false,
        },
      ],
    ]);
  });

  it("takes an empty set for what it is", () => {
    expect(readFlagsV1({ flags: {} })).toEqual(new Map());
  });

  it.each([
    undefined,
    null,
    "text",
    7,
    [],
    {},
    { flags: null },
    { flags: [true] },
    { flags: "x" },
    { error: "overloaded" },
    { flags: undefined },
    Object.create({ flags: { inherited: true } }),
  ])("refuses %j", (body) => {
    expect(() => readFlagsV1(body)).toThrow(InvalidResponseError);
  });

  it.each([null, "true", 1, 0, {}, [], { value: true }])(
    "spoils only the flag whose value is %j",
    (value) => {
      const flags = readFlagsV1({ flags: { a: true, b: value, c: false } });

      expect(flags.get("b")).toBe(MALFORMED_FLAG);
      expect([flags.get("a")?.on, flags.get("c")?.on, flags.size]).toEqual([true, false, 3]);
    },
  );

  it.each([
    ["missing", undefined],
    ["of an unknown kind", { kind: "MAGIC", ruleId: "r" }],
    ["without kind", { ruleId: "r" }],
    ["a kind that objects inherit", { kind: "constructor" }],
    ["no object", "OFF"],
    ["an array", ["OFF"]],
    ["null", null],
  ])("gives the promised reason when the server's is %s", (_, reason) => {
    expect(reasonOf(reason, true)).toBe(FALLTHROUGH_IN);
    expect(reasonOf(reason, false)).toBe(FALLTHROUGH_OUT);
  });

  it.each([["reasons"], [null], [["f"]], [7]])("ignores reasons that are %j", (reasons) => {
    expect(readFlagsV1({ flags: { f: true }, reasons }).get("f")?.reason).toBe(FALLTHROUGH_IN);
  });

  it.each([
    // What Go's omitempty leaves out.
    [
      { kind: "RULE_MATCH", ruleId: "r1" },
      { kind: "RULE_MATCH", ruleId: "r1", ruleIndex: 0, inRollout: false },
    ],
    [{ kind: "RULE_MATCH" }, { kind: "RULE_MATCH", ruleIndex: 0, inRollout: false }],
    [{ kind: "FALLTHROUGH" }, { kind: "FALLTHROUGH", inRollout: false }],
    // Wrong types.
    [
      { kind: "RULE_MATCH", ruleId: 4, ruleIndex: "1", inRollout: "yes" },
      { kind: "RULE_MATCH", ruleIndex: 0, inRollout: false },
    ],
    [
      { kind: "RULE_MATCH", ruleId: "r", ruleIndex: -1 },
      { kind: "RULE_MATCH", ruleId: "r", ruleIndex: 0, inRollout: false },
    ],
    [
      { kind: "RULE_MATCH", ruleId: "r", ruleIndex: 1.5, inRollout: true },
      { kind: "RULE_MATCH", ruleId: "r", ruleIndex: 0, inRollout: true },
    ],
    // What does not belong to the kind, or to us.
    [{ kind: "OFF", ruleId: "r", inRollout: true, secret: 1 }, { kind: "OFF" }],
    [{ kind: "TARGET_MATCH", errorKind: "STALE" }, { kind: "TARGET_MATCH" }],
    [{ kind: "UNKNOWN" }, { kind: "UNKNOWN" }],
    [
      { kind: "FALLTHROUGH", inRollout: true, ruleIndex: 3 },
      { kind: "FALLTHROUGH", inRollout: true },
    ],
    [
      { kind: "ERROR", errorKind: "WRONG_TYPE" },
      { kind: "ERROR", errorKind: "WRONG_TYPE" },
    ],
    [{ kind: "ERROR", errorKind: "toString" }, { kind: "ERROR" }],
    [{ kind: "ERROR" }, { kind: "ERROR" }],
  ])("reads the reason %j as %j, frozen", (raw, expected) => {
    const reason = reasonOf(raw);

    expect(reason).toStrictEqual(expected);
    expect(Object.isFrozen(reason)).toBe(true);
  });

  it("shares one object among equal reasons, and only among equal ones", () => {
    const raws = [
      { kind: "OFF" },
      { kind: "TARGET_MATCH" },
      { kind: "FALLTHROUGH", inRollout: true },
      { kind: "FALLTHROUGH" },
      { kind: "RULE_MATCH", ruleId: "r", ruleIndex: 0, inRollout: true },
      { kind: "RULE_MATCH", ruleId: "r", ruleIndex: 0 },
      { kind: "RULE_MATCH", ruleId: "r", ruleIndex: 1 },
      { kind: "RULE_MATCH", ruleId: "s", ruleIndex: 1 },
      { kind: "RULE_MATCH", ruleIndex: 1 },
      { kind: "ERROR" },
      { kind: "ERROR", errorKind: "STALE" },
    ];
    const all = [...raws, ...structuredClone(raws)].map((reason, i) => [`f${i}`, reason] as const);
    const flags = readFlagsV1({
      flags: Object.fromEntries(all.map(([key], i) => [key, i % 2 === 0])),
      reasons: Object.fromEntries(all),
    });

    const reasons = [...flags.values()].map((flag) => flag.reason);
    expect(new Set(reasons).size).toBe(raws.length);
    for (let i = 0; i < raws.length; i++) expect(reasons[i]).toBe(reasons[i + raws.length]);
    // Sharing must not mix up on and off.
    expect([...flags.values()].map((flag) => flag.on)).toEqual(all.map((_, i) => i % 2 === 0));
  });

  it("keeps keys that every object inherits, and reads no reason where there is none of its own", () => {
    const body = JSON.parse(
      '{"flags":{"__proto__":true,"constructor":false,"toString":true},"reasons":{"__proto__":{"kind":"OFF"}}}',
    );

    const flags = readFlagsV1(body);

    expect([...flags].map(([key, flag]) => [key, flag.on, flag.reason])).toEqual([
      ["__proto__", true, { kind: "OFF" }],
      ["constructor", false, FALLTHROUGH_OUT],
      ["toString", true, FALLTHROUGH_IN],
    ]);
  });

  it("keeps every key and every boolean of any body", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(wireKey(), fc.boolean())), jsonText(), (members, reasons) => {
        const expected = new Map(members);
        const text = objectText([...expected].map(([key, on]) => [key, String(on)]));

        const flags = readFlagsV1(JSON.parse(`{"flags":${text},"reasons":${reasons}}`));

        expect(new Map([...flags].map(([key, flag]) => [key, flag.on]))).toEqual(expected);
      }),
    );
  });

  it("is total: any JSON gives a Map or an InvalidResponseError", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          jsonText(),
          fc.tuple(jsonText(), jsonText()).map(([f, r]) => `{"flags":${f},"reasons":${r}}`),
        ),
        (text) => {
          const outcome = attempt(() => readFlagsV1(JSON.parse(text)));
          expect(outcome instanceof Map || outcome instanceof InvalidResponseError).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}
