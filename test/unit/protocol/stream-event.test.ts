import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidResponseError } from "../../../src/errors";
import { FALLTHROUGH_IN, MALFORMED_FLAG } from "../../../src/flags/flag";
import { readStreamEvent } from "../../../src/protocol/stream-event";
import { jsonText } from "./support";

describe("readStreamEvent", () => {
  it("reads init, a wrong value spoiling one flag only", () => {
    const message = readStreamEvent("init", '{"flags":{"a":true,"__proto__":true,"b":3}}');

    expect(message?.type).toBe("init");
    expect(message?.type === "init" && [...message.flags]).toEqual([
      ["a", expect.objectContaining({ on: true, reason: FALLTHROUGH_IN })],
      ["__proto__", expect.objectContaining({ on: true })],
      ["b", MALFORMED_FLAG],
    ]);
  });

  it.each(["flag-changed", "flag-update"])("reads %s", (event) => {
    expect(readStreamEvent(event, '{"key":"x","enabled":true}')).toEqual({
      type: "flag-changed",
      key: "x",
    });
    expect(readStreamEvent(event, '{"key":"x"}')).toEqual({ type: "flag-changed", key: "x" });
  });

  it("hands on rules unread", () => {
    const data = '{"version":"v7","flags":{"x":{"key":"x","rollout":"?"},"__proto__":7}}';

    expect(readStreamEvent("rules-full", data)).toEqual({
      type: "rules-full",
      version: "v7",
      flags: JSON.parse(data).flags,
    });
  });

  it.each([undefined, "message"])("reads the oldest servers' data under the name %s", (event) => {
    const message = readStreamEvent(event, '{"flags":{"a":true,"b":false}}');

    expect(message?.type === "init" && [...message.flags].map(([k, f]) => [k, f.on])).toEqual([
      ["a", true],
      ["b", false],
    ]);
    expect(readStreamEvent(event, '{"flags":{}}')).toEqual({ type: "init", flags: new Map() });
  });

  it.each([
    "ping",
    "",
    "{}",
    "null",
    "[]",
    '{"flags":[]}',
    '{"flags":{"a":true,"b":1}}',
    '{"a":true}',
  ])("takes nothing from the plain data %j", (data) => {
    expect(readStreamEvent(undefined, data)).toBeUndefined();
  });

  it.each([
    ["connected", "{}"],
    ["Init", '{"flags":{}}'],
    ["", '{"flags":{}}'],
    ["__proto__", "{"],
  ])("ignores the unknown event %j", (event, data) => {
    expect(readStreamEvent(event, data)).toBeUndefined();
  });

  it.each([
    ["init", ""],
    ["init", '{"flags":'],
    ["init", "{}"],
    ["init", '{"flags":null}'],
    ["init", "[]"],
    ["flag-changed", "x"],
    ["flag-changed", "{}"],
    ["flag-changed", '{"key":7}'],
    ["flag-update", "null"],
    ["rules-full", "{"],
    ["rules-full", '{"flags":{}}'],
    ["rules-full", '{"version":7,"flags":{}}'],
    ["rules-full", '{"version":"v7"}'],
    ["rules-full", '{"version":"v7","flags":[]}'],
  ])("refuses %s with the data %j, without quoting it", (event, data) => {
    const read = () => readStreamEvent(event, data);

    expect(read).toThrow(InvalidResponseError);
    expect(read).toThrow(
      /^(The stream event `[a-z-]+` [a-z`A-Z ]+|The answer holds no `flags` object)\.$/,
    );
  });

  it("is total: any event and data give a message, nothing, or an InvalidResponseError", () => {
    const event = fc.constantFrom(
      undefined,
      "message",
      "init",
      "flag-changed",
      "flag-update",
      "rules-full",
      "x",
    );
    const data = fc.oneof(
      fc.string(),
      jsonText(),
      jsonText().map((json) => `{"flags":${json}}`),
    );
    fc.assert(
      fc.property(event, data, (name, text) => {
        try {
          const message = readStreamEvent(name, text);
          expect([undefined, "init", "flag-changed", "rules-full"]).toContain(message?.type);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidResponseError);
          expect([undefined, "message", "x"]).not.toContain(name);
        }
      }),
      { numRuns: 500 },
    );
  });
});
