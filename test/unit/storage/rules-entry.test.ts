import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeRules,
  decodeRulesTouch,
  encodeRules,
  encodeRulesTouch,
  type RulesEntry,
} from "../../../src/storage/rules-entry";
import { anyText } from "../../support/any-text";

const ENTRY: RulesEntry = { version: "v1", flags: { beta: { enabled: true } }, confirmedAt: 1_000 };

describe("persisted rules", () => {
  it("come back as they were, unread", () => {
    const flags = JSON.parse('{"__proto__":{"enabled":1},"beta":null,"1":[{}]}');
    const entry = { ...ENTRY, flags };
    expect(decodeRules(encodeRules(entry))).toEqual(entry);
    expect(decodeRules(encodeRules(ENTRY))).toEqual(ENTRY);
  });

  it.each([
    ["version is no text", { version: 1 }],
    ["flags are a list", { flags: [] }],
    ["flags are missing", { flags: undefined }],
    ["time is a text", { confirmedAt: "1000" }],
    ["time is none", { confirmedAt: null }],
  ])("are corrupt when their %s", (_, part) => {
    const text = encodeRules({ ...ENTRY, ...part } as never);
    expect(decodeRules(text)).toEqual({ miss: "corrupt" });
  });

  it("are a miss when there are none, or when the text was damaged", () => {
    expect(decodeRules(undefined)).toEqual({ miss: "absent" });
    const text = encodeRules(ENTRY);
    expect(decodeRules(text.slice(0, -1))).toEqual({ miss: "corrupt" });
  });
});

describe("the moment they were vouched for", () => {
  it("is of that version alone", () => {
    const text = encodeRulesTouch({ version: "v1", confirmedAt: 2_000 });
    expect([decodeRulesTouch(text, "v1"), decodeRulesTouch(text, "v2")]).toEqual([
      2_000,
      undefined,
    ]);
  });

  it.each([[undefined], ["{"], [encodeRulesTouch({ version: "v1", confirmedAt: "x" as never })]])(
    "is unknown when the text is %j",
    (text) => {
      expect(decodeRulesTouch(text, "v1")).toBeUndefined();
    },
  );
});

it("reading never throws, whatever the text", () => {
  fc.assert(
    fc.property(fc.oneof(anyText(), fc.json(), fc.anything()), (text) => {
      expect(decodeRules(text)).toHaveProperty("miss");
      expect(decodeRulesTouch(text, "v1")).toBeUndefined();
    }),
  );
});
