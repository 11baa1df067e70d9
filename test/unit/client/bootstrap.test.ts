import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrapOf, flagsOfBootstrap } from "../../../src/client/bootstrap";
import { bootstrapScript, readBootstrap } from "../../../src/client/bootstrap-script";
import { MALFORMED_FLAG } from "../../../src/flags/flag";
import type { FlagType } from "../../../src/flags/types";
import { readFlagsV2 } from "../../../src/protocol";
import { anyText } from "../../support/any-text";

/** JSON has one zero. */
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
const VALUES: Readonly<Record<FlagType, fc.Arbitrary<unknown>>> = {
  boolean: fc.boolean(),
  string: anyText(),
  number: fc.integer(),
  json,
};
const KINDS = ["OFF", "TARGET_MATCH", "RULE_MATCH", "FALLTHROUGH"] as const;

/** A flag as a server sends it, of any type, on or off, with a reason or none. */
const anyFlag = fc.constantFrom(...(Object.keys(VALUES) as FlagType[])).chain((type) =>
  fc.record(
    {
      type: fc.constant(type),
      enabled: fc.boolean(),
      value: VALUES[type],
      variationId: fc.string(),
      reason: fc.record(
        {
          kind: fc.constantFrom(...KINDS),
          inRollout: fc.boolean(),
          ruleId: fc.string(),
          ruleIndex: fc.nat(5),
        },
        { requiredKeys: ["kind"] },
      ),
    },
    { requiredKeys: ["type", "enabled", "value"] },
  ),
);
const key = fc.oneof(
  anyText(),
  fc.constantFrom("__proto__", "constructor", "</script>", "<!--", "\u2028"),
);
const anyFlags = fc
  .uniqueArray(fc.tuple(key, anyFlag), { selector: ([name]) => name, maxLength: 8 })
  .map((entries) => readFlagsV2({ flags: Object.fromEntries(entries) }));

/** What stands in the element, as a browser finds it. */
function textIn(script: string): string {
  const text = /^<script type="application\/json" id="rollgate-bootstrap">(.*)<\/script>$/s.exec(
    script,
  )?.[1];
  expect(text, "nothing in it that HTML gives a meaning").toMatch(/^[^<>&]*$/);
  return text ?? "";
}

describe("flags that a page is rendered with", () => {
  test("answer there as they do here: value, type, on or off, reason and variation of each", () => {
    fc.assert(
      fc.property(anyFlags, (flags) => {
        const text = textIn(bootstrapScript(bootstrapOf(flags)));
        expect(flagsOfBootstrap(JSON.parse(text))).toEqual(flags);
      }),
      { numRuns: 500 },
    );
  });

  test("are only those that can be read", () => {
    const flags = new Map([["odd", MALFORMED_FLAG]]);
    expect(bootstrapOf(flags)).toEqual({ flags: {}, reasons: {}, details: {} });
  });

  test("say nothing that goes without saying", () => {
    const flags = readFlagsV2({
      flags: {
        yes: { type: "boolean", enabled: true, value: true },
        text: { type: "string", enabled: true, value: "a" },
        no: { type: "string", enabled: false, value: "a", reason: { kind: "OFF" } },
      },
    });
    expect(JSON.parse(JSON.stringify(bootstrapOf(flags)))).toEqual({
      flags: { yes: true, text: "a", no: "a" },
      reasons: { no: { kind: "OFF" } },
      details: { no: { on: false } },
    });
  });

  test("are no element at all where there are none", () => {
    expect(bootstrapScript(undefined)).toBe("");
  });

  test("can stand beside others, by an id of their own", () => {
    expect(bootstrapScript({ flags: {} }, { id: "flags-2" })).toContain('id="flags-2"');
  });

  test.each(["", "2", 'a" onload="x', "a b", "é"])("refuse %j as an id", (id) => {
    expect(() => bootstrapScript({ flags: {} }, { id })).toThrow(
      expect.objectContaining({ code: "INVALID_CONFIGURATION", path: "id" }),
    );
  });

  test("refuse what is no JSON", () => {
    const circular: Record<string, never> = {};
    Object.assign(circular, { circular });
    expect(() => bootstrapScript({ flags: circular })).toThrow(
      expect.objectContaining({ path: "bootstrap" }),
    );
  });

  test("are none where there is no page", () => {
    expect(readBootstrap()).toBeUndefined();
  });
});
