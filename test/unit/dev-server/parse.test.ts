import { describe, expect, it } from "vitest";
import { EXAMPLE_FLAGS_FILE } from "../../../src/dev-server/flags-file/example";
import { FlagsFileError } from "../../../src/dev-server/flags-file/flags-file-error";
import { copyFlagsFile, parseFlagsFile } from "../../../src/dev-server/flags-file/parse";

function refusal(action: () => unknown): FlagsFileError {
  try {
    action();
  } catch (error) {
    if (error instanceof FlagsFileError) return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

const refuse = (text: string) => refusal(() => parseFlagsFile(text, "flags.json"));
/** The refusal of one flag, which begins at 1:12 of the text. */
const refuseFlag = (flag: string) => refuse(`{"flags":{"x":${flag}}}`).message;

describe("parseFlagsFile", () => {
  it("takes JSON with comments, trailing commas and a byte order mark", () => {
    const text = '\uFEFF{\n // a\n "flags": { /* b */ "x": { "enabled": true, }, }, }';
    expect(parseFlagsFile(text, "f")).toEqual({ flags: { x: { enabled: true } } });
  });

  it("takes the example that --init writes", () => {
    const { flags, segments } = parseFlagsFile(EXAMPLE_FLAGS_FILE, "f");
    expect(Object.keys(flags)).toEqual(["new-checkout", "beta-search", "banner"]);
    expect(Object.keys(segments ?? {})).toEqual(["beta-testers"]);
  });

  it("gives frozen flags, all the way down", () => {
    const { flags } = parseFlagsFile('{"flags":{"x":{"enabled":true,"targetUsers":["u"]}}}', "f");
    expect(Object.isFrozen(flags["x"]?.targetUsers)).toBe(true);
  });

  it.each([
    ["", 'flags.json:1:1: the file is empty: write { "flags": {} }.'],
    [" \n ", 'flags.json:2:2: the file is empty: write { "flags": {} }.'],
    ['{\n  "flags": {,}\n}', "flags.json:2:13: the file is no JSON here (value expected)."],
    ['{"flags":{}', "flags.json:1:12: the file is no JSON here (close brace expected)."],
    ['{"flags":{}} x', "flags.json:1:14: the file is no JSON here (invalid symbol)."],
    ['{"a\r\n":1}', "flags.json:1:2: the file is no JSON here (unexpected end of string)."],
    ['{\r\n"flags"\r:1}', "flags.json:3:2: flags must be an object of flags by key."],
    ["[]", "flags.json:1:1: the file must be an object, not a list."],
    ["{}", "flags.json:1:1: flags is missing."],
    ['{"flags":[]}', "flags.json:1:10: flags must be an object of flags by key."],
  ])("tells what is wrong with the document %j", (text, message) => {
    expect(refuse(text).message).toBe(message);
  });

  it.each([
    ["true", "1:15: flags.x must be an object, not true"],
    ["[]", "1:15: flags.x must be an object, not a list"],
    ["{}", "1:15: flags.x.enabled is missing"],
    ['{"enabled":"yes"}', '1:26: flags.x.enabled must be true or false, not "yes"'],
    [
      '{"enabled":true,"rollout":101}',
      "1:41: flags.x.rollout must be a number from 0 to 100, not 101",
    ],
    [
      '{"enabled":true,"targetUsers":"u"}',
      '1:45: flags.x.targetUsers must be a list of user ids, not "u"',
    ],
    ['{"enabled":true,"targetUsers":[7]}', "1:46: flags.x.targetUsers[0] must be text, not 7"],
    ['{"enabled":true,"rules":[{}]}', "1:40: flags.x.rules[0].conditions is missing"],
    [
      '{"enabled":true,"type":"text"}',
      '1:38: flags.x.type must be boolean, string, number or json, not "text"',
    ],
    ['{"enabled":true,"variations":[{"id":"a"}]}', "1:45: flags.x.variations[0].value is missing"],
  ])("tells what is wrong with the flag %s", (flag, message) => {
    expect(refuseFlag(flag)).toBe(`flags.json:${message}.`);
  });

  it("points to the key of a field that is not known, and lists those that are", () => {
    expect(refuse('{"flags":{},\n  "segment":{}}').message).toBe(
      "flags.json:2:3: segment is not a known field: the fields here are $schema, flags, segments.",
    );
  });

  it("tells the first problem and counts the others, which `problems` holds", () => {
    const error = refuse('{"flags":{"a b":{"enabled":1},"c":{}}}');
    expect(error.message).toBe(
      'flags.json:1:28: flags["a b"].enabled must be true or false, not 1 (and 1 more).',
    );
    expect(error.problems).toEqual([
      {
        path: 'flags["a b"].enabled',
        message: "must be true or false, not 1",
        line: 1,
        column: 28,
      },
      { path: "flags.c.enabled", message: "is missing", line: 1, column: 35 },
    ]);
  });

  it("shortens what it quotes", () => {
    expect(refuseFlag(`{"enabled":"${"y".repeat(500)}"}`).length).toBeLessThan(150);
  });

  it("checks keys named like an object's inner parts as any others", () => {
    expect(refuse('{"flags":{"__proto__":{"enabled":1}}}').message).toBe(
      "flags.json:1:34: flags.__proto__.enabled must be true or false, not 1.",
    );
    expect(refuse('{"flags":{"constructor":{}}}').message).toContain("flags.constructor.enabled");
  });

  it("refuses a key that is written twice", () => {
    const twice = '{"flags":{\n"x":{"enabled":true},\n"x":{"enabled":false}}}';
    expect(refuse(twice).message).toBe(
      "flags.json:3:1: flags.x is written twice in the same object: keep one of them.",
    );
  });
});

describe("references", () => {
  const rule = (condition: string) => `{"enabled":true,"rules":[{"conditions":[${condition}]}]}`;
  const at = "flags.x.rules[0].conditions[0]";

  it.each([
    ['{"attribute":"a","operator":"is"}', "operator must be one of is_set, is_not_set, equals"],
    ['{"attribute":"","operator":"eq","value":1}', "attribute must not be empty"],
    ['{"attribute":"a","operator":"eq","value":null}', "value must be text, a number"],
    ['{"attribute":"segment","operator":"eq","value":"s"}', "operator must be in or not_in"],
    ['{"attribute":"segment","operator":"in","value":"s"}', 'value names the segment "s", which'],
    ['{"attribute":"segment","operator":"in","value":["s"]}', 'value names the segment "s", which'],
  ])("the condition %s is refused", (condition, message) => {
    expect(refuseFlag(rule(condition))).toContain(`${at}.${message}`);
  });

  it("a condition without a value is refused unless it asks for presence", () => {
    const withOperator = (operator: string) => rule(`{"attribute":"a","operator":"${operator}"}`);
    expect(refuseFlag(withOperator("eq"))).toContain(`${at} needs a value for the operator eq.`);
    const text = `{"flags":{"x":${withOperator("is_not_set")}}}`;
    expect(() => parseFlagsFile(text, "f")).not.toThrow();
  });

  it.each([
    ['"type":"string","defaultValue":1', "defaultValue must be text, as the flag's type is string"],
    [
      '"type":"number","variations":[{"id":"a","value":"1"}]',
      "variations[0].value must be a number",
    ],
    ['"defaultValue":"off"', "defaultValue must be true or false, as the flag's type is boolean"],
    [
      '"variations":[{"id":"a","value":true},{"id":"a","value":false}]',
      'variations[1].id "a" is taken',
    ],
    [
      '"rules":[{"conditions":[],"variationId":"b"}]',
      'rules[0].variationId names the variation "b"',
    ],
  ])("a flag with %s is refused", (fields, message) => {
    expect(refuseFlag(`{"enabled":true,${fields}}`)).toContain(`flags.x.${message}`);
  });

  it("a segment that refers to itself is refused, with the way it goes", () => {
    const on = (name: string) =>
      `{"rules":[{"conditions":[{"attribute":"segment","operator":"in","value":"${name}"}]}]}`;
    const text = `{"flags":{},"segments":{"a":${on("b")},"b":${on("c")},"c":${on("b")}}}`;
    expect(refuse(text).message).toContain(
      "segments.b refers to itself (b → c → b): take one of these conditions out.",
    );
  });

  it("a segment that two others build on is fine", () => {
    const on = (name: string) => ({
      conditions: [{ attribute: "segment", operator: "in", value: name }],
    });
    const segments = { a: on("c, b"), b: on("c"), c: { users: ["u"] } };
    expect(copyFlagsFile({ flags: {}, segments })).toEqual({ flags: {}, segments });
  });
});

describe("copyFlagsFile", () => {
  it("names the path, and no file", () => {
    expect(refusal(() => copyFlagsFile({ flags: { x: {} } })).message).toBe(
      "flags.x.enabled is missing.",
    );
    expect(refusal(() => copyFlagsFile(undefined)).message).toBe(
      "the flags object must be an object, not null.",
    );
  });

  it("refuses what is no JSON", () => {
    const flags: Record<string, unknown> = {};
    flags["self"] = flags;
    expect(refusal(() => copyFlagsFile({ flags })).message).toBe(
      "the flags object must be plain JSON, without cycles.",
    );
  });
});
