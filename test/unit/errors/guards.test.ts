import { describe, expect, it } from "vitest";
import * as errors from "../../../src/errors";

const EXAMPLES: Record<string, Error> = {
  RollgateError: new errors.RollgateError("x"),
  AuthenticationError: new errors.AuthenticationError("x"),
  CircuitOpenError: new errors.CircuitOpenError(1),
  ConfigurationError: new errors.ConfigurationError("x", "path"),
  InvalidResponseError: new errors.InvalidResponseError("x"),
  NetworkError: new errors.NetworkError("x"),
  NotFoundError: new errors.NotFoundError("x"),
  RateLimitError: new errors.RateLimitError("x"),
  ServerError: new errors.ServerError("x"),
  TimeoutError: new errors.TimeoutError("x"),
  ValidationError: new errors.ValidationError("x"),
};

const guards = Object.entries(errors).filter(
  (entry): entry is [string, (error: unknown) => boolean] => /^is\w+Error$/.test(entry[0]),
);

describe("error guards", () => {
  it("exist for every class", () => {
    const classes = Object.keys(errors).filter((name) => /^[A-Z]\w+Error$/.test(name));

    expect(guards.map(([name]) => name.slice(2)).sort()).toEqual(classes.sort());
    expect(Object.keys(EXAMPLES).sort()).toEqual(classes.sort());
  });

  it.each(guards)("%s knows its class, its subclasses and nothing else", (name, guard) => {
    const known = Object.keys(EXAMPLES).filter((example) => guard(EXAMPLES[example]));

    const expected: Record<string, string[]> = {
      isRollgateError: Object.keys(EXAMPLES),
      isNetworkError: ["NetworkError", "TimeoutError"],
    };
    expect(known).toEqual(expected[name] ?? [name.slice(2)]);
    expect(guard({ name: name.slice(2) })).toBe(false);
    expect(guard(new Error("x"))).toBe(false);
    expect(guard(undefined)).toBe(false);
  });
});
