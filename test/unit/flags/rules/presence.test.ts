import { describe, expect, test } from "vitest";
import { evaluate, holds } from "./evaluate";

describe("presence", () => {
  const SET = ["x", " ", "0", 0, -1, false, true];
  const NOT_SET = [undefined, null, "", Number.NaN, Infinity, {}, [], ["x"], 1n, () => "x"];

  test.each(SET.map((value) => [value]))("%j is set", (value) => {
    expect([holds("is_set", "", value), holds("is_not_set", "", value)]).toEqual([true, false]);
  });

  test.each(NOT_SET.map((value) => [value]))("%o is not set", (value) => {
    expect([holds("is_set", "", value), holds("is_not_set", "", value)]).toEqual([false, true]);
  });

  test.each([
    ["not_equals", "x"],
    ["not_contains", "x"],
    ["not_in", "x"],
    ["less_than", 5],
    ["semver_lt", "5"],
    ["regex", ""],
    ["contains", ""],
  ])("%s is false for what is not set", (operator, operand) => {
    expect(NOT_SET.map((value) => holds(operator, operand, value))).not.toContain(true);
  });

  test("is_set and is_not_set need no value", () => {
    expect([holds("is_set", undefined, "x"), holds("is_not_set", {}, null)]).toEqual([true, true]);
  });
});

describe("attributes", () => {
  const rules = (attribute: unknown) => [
    { enabled: true, rollout: 100, conditions: [{ attribute, operator: "equals", value: "x" }] },
  ];
  const on = (attribute: unknown, user: object) =>
    evaluate({ enabled: true, rules: rules(attribute) }, user as { id: string }).on;

  test("id and email come from the user, all else from the attributes", () => {
    expect(on("id", { id: "x" })).toBe(true);
    expect(on("email", { id: "u", email: "x" })).toBe(true);
    expect(on("plan", { id: "u", attributes: { plan: "x" } })).toBe(true);
    expect(on("id", { id: "u", attributes: { id: "x" } })).toBe(false);
    expect(on("email", { id: "u", attributes: { email: "x" } })).toBe(false);
    expect(on("plan", { id: "u", plan: "x" })).toBe(false);
  });

  test("names of Object's own members are names like any other", () => {
    const attributes = JSON.parse('{"__proto__":"x","constructor":"x"}');
    expect(on("__proto__", { id: "u", attributes })).toBe(true);
    expect(on("constructor", { id: "u", attributes })).toBe(true);
    expect(on("toString", { id: "u", attributes })).toBe(false);
    expect(on("plan", { id: "u", attributes: Object.create({ plan: "x" }) })).toBe(false);
    expect(on("", { id: "u", attributes: { "": "x" } })).toBe(true);
  });
});
