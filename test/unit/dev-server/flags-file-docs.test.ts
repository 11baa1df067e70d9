import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { OPERATORS } from "../../../src/dev-server/flags-file/operators";
import { parseFlagsFile } from "../../../src/dev-server/flags-file/parse";
import { findProblems } from "../../../src/dev-server/flags-file/validate";
import { satisfies } from "./schema-walker";

const read = (name: string) =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
const guide = read("flags-file.md");
const schema = JSON.parse(read("flags-file.schema.json"));
const example = /```jsonc\n(.*?)```/s.exec(guide)?.[1] ?? "";

const flag = (fields: object) => ({ flags: { x: { enabled: true, ...fields } } });
const rule = (fields: object) => flag({ rules: [{ conditions: [], ...fields }] });
const condition = (fields: object) =>
  rule({ conditions: [{ attribute: "a", operator: "eq", value: 1, ...fields }] });
const segment = (fields: unknown) => ({ flags: {}, segments: { s: fields } });
const values = (type: string | undefined, value: unknown) =>
  flag({ ...(type && { type }), defaultValue: value, variations: [{ id: "v", value }] });

const GOOD = [
  { flags: {} },
  { $schema: "x", flags: {}, segments: {} },
  flag({ description: "d", rollout: 0, targetUsers: [], rules: [], variations: [] }),
  flag({ rollout: 100 }),
  flag({ rollout: 12.5 }),
  JSON.parse('{"flags":{"__proto__":{"enabled":true}}}'),
  rule({ id: "r", name: "", enabled: false, rollout: 1 }),
  condition({}),
  condition({ value: [1, "a", true] }),
  condition({ value: "" }),
  rule({ conditions: [{ attribute: "a", operator: "is_set" }] }),
  values("string", "a"),
  values("number", 1),
  values("json", { a: [null] }),
  values("json", null),
  values("boolean", false),
  values(undefined, true),
  segment({}),
  segment({ users: ["u"], conditions: [], rules: [{ conditions: [] }], description: "" }),
];

const BAD = [
  null,
  [],
  {},
  { flags: [] },
  { flags: {}, other: 1 },
  { flags: {}, segments: [] },
  { flags: { x: true } },
  { flags: { x: {} } },
  { flags: { x: [] } },
  JSON.parse('{"flags":{"__proto__":{"enabled":"yes"}}}'),
  flag({ enabled: null }),
  flag({ other: 1 }),
  flag({ rollout: -1 }),
  flag({ rollout: 100.1 }),
  flag({ rollout: "50" }),
  flag({ targetUsers: [""] }),
  flag({ rules: {} }),
  flag({ rules: [{}] }),
  flag({ type: "text" }),
  flag({ variations: [{ id: "v" }] }),
  flag({ variations: [{ id: "", value: true }] }),
  rule({ id: "" }),
  rule({ other: 1 }),
  condition({ operator: "is" }),
  condition({ attribute: "" }),
  condition({ value: null }),
  condition({ value: [[]] }),
  condition({ attribute: "segment", operator: "eq", value: "s" }),
  rule({ conditions: [{ attribute: "a", operator: "eq" }] }),
  rule({ conditions: [{ operator: "eq", value: 1 }] }),
  values("string", 1),
  values("number", "1"),
  values("boolean", "true"),
  values(undefined, 1),
  segment([]),
  segment({ user: [] }),
  segment({ rules: [{}] }),
];

describe("docs/flags-file.md", () => {
  it("has an example that is valid, by the server and by the schema", () => {
    const file = parseFlagsFile(example, "example");
    expect(Object.keys(file.flags).length).toBe(5);
    expect(satisfies(schema, file)).toBe(true);
  });

  it("shows messages as the server writes them", () => {
    const [first, second, third] = [
      ['"rollout": 25', '"rollout": 250'],
      ['"variationId": "thanks"', '"variationId": "thank"'],
      ['"new-checkout": { "enabled"', '"new-checkout": { "enabeld"'],
    ].map(([from = "", to = ""]) => {
      try {
        return parseFlagsFile(example.replace(from, to), "flags.json");
      } catch (error) {
        return (error as Error).message.replace(/:\d+:\d+:/, ":").replace(/ \(and .*\)/, "");
      }
    });
    const shown = guide.replace(/:\d+:\d+:/g, ":");
    expect(shown).toContain(first);
    expect(shown).toContain(second);
    expect(shown).toContain(third);
  });

  it("names every operator", () => {
    for (const operator of OPERATORS) expect(guide).toContain(`\`${operator}\``);
  });
});

describe("docs/flags-file.schema.json", () => {
  it("knows the operators that the server knows", () => {
    expect(schema.$defs.condition.properties.operator.enum).toEqual([...OPERATORS]);
  });

  it.each(GOOD.map((sample) => [JSON.stringify(sample), sample]))(
    "accepts, as the server does, %s",
    (_text, sample) => {
      expect([findProblems(sample), satisfies(schema, sample)]).toEqual([[], true]);
    },
  );

  it.each(BAD.map((sample) => [JSON.stringify(sample), sample]))(
    "refuses, as the server does, %s",
    (_text, sample) => {
      expect([findProblems(sample).length > 0, satisfies(schema, sample)]).toEqual([true, false]);
    },
  );
});
