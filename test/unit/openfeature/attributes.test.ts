import type { EvaluationContext } from "@openfeature/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isSameUser, subjectOf } from "../../../src/openfeature/user-of-context";

const userOf = (context: object) => subjectOf(context as EvaluationContext).user;
const attributesOf = (context: object) => userOf({ targetingKey: "u", ...context })?.attributes;

it("takes the targeting key for the id, the e-mail for the e-mail, and all else for attributes", () => {
  expect(userOf({ targetingKey: "u-1", email: "a@b.c", plan: "pro", age: 36, beta: true })).toEqual(
    { id: "u-1", email: "a@b.c", attributes: { plan: "pro", age: 36, beta: true } },
  );
  expect(userOf({ targetingKey: "u-1" })).toEqual({ id: "u-1" });
  expect(attributesOf({ none: null, empty: "" })).toEqual({ none: null, empty: "" });
});

it.each<[string, unknown]>([
  ["missing", undefined],
  ["empty", ""],
  ["a number", 7],
  ["an object", { id: "u" }],
])("knows no user by a targeting key that is %s", (_, targetingKey) => {
  expect(subjectOf({ targetingKey, plan: "pro" } as never)).toEqual({
    user: undefined,
    isNobody: false,
  });
  expect(subjectOf({ targetingKey } as never).isNobody).toBe(true);
});

it("takes a context for nobody's only where nothing is in it", () => {
  const isNobody = (context: unknown) => subjectOf(context as EvaluationContext).isNobody;
  expect([undefined, null, {}, { plan: undefined }, { f: () => 1 }].map(isNobody)).toEqual(
    Array(5).fill(true),
  );
  expect([{ email: "a@b.c" }, { plan: "" }, { plan: null }].map(isNobody)).toEqual(
    Array(3).fill(false),
  );
});

it("names members of inner objects by their path, and a name that is spelt out wins", () => {
  expect(attributesOf({ company: { name: "Acme", address: { city: "Rome" } } })).toEqual({
    "company.name": "Acme",
    "company.address.city": "Rome",
  });
  expect(attributesOf({ a: { b: 1 }, "a.b": 2 })).toEqual({ "a.b": 2 });
  expect(attributesOf({ email: { work: "a@b.c" } })).toEqual({ "email.work": "a@b.c" });
});

it("writes dates as ISO 8601, lists as JSON, and large integers as digits", () => {
  expect(
    attributesOf({
      since: new Date(0),
      roles: ["admin", 2, { at: new Date(0) }],
      serial: 12_345_678_901_234_567_890n,
    }),
  ).toEqual({
    since: "1970-01-01T00:00:00.000Z",
    roles: '["admin",2,{"at":"1970-01-01T00:00:00.000Z"}]',
    serial: "12345678901234567890",
  });
});

it("leaves out what is no data", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  const hostile = {
    get thrown(): string {
      throw new Error("no");
    },
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  expect(
    attributesOf({
      undefined,
      nan: Number.NaN,
      infinite: Number.POSITIVE_INFINITY,
      call: () => 1,
      symbol: Symbol("s"),
      invalid: new Date(Number.NaN),
      circle,
      serials: [1n],
      map: new Map([["a", 1]]),
      hostile,
      kept: 1,
    }),
  ).toEqual({ kept: 1 });
  expect(attributesOf({ inner: revoked.proxy, kept: 1 })).toEqual({ kept: 1 });
});

it("takes prototype names for names like any other", () => {
  const context = JSON.parse('{ "targetingKey": "u", "__proto__": "x", "a": { "__proto__": 1 } }');
  const attributes = userOf(context)?.attributes ?? {};
  expect(Object.entries(attributes)).toEqual([
    ["__proto__", "x"],
    ["a.__proto__", 1],
  ]);
  expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
  expect(attributesOf({ constructor: "c", toString: 1 })).toEqual({
    constructor: "c",
    toString: 1,
  });
});

it("ends in circles, in the depth and in the width", () => {
  const self: Record<string, unknown> = { name: "me" };
  self["self"] = self;
  expect(attributesOf({ self })).toEqual({ "self.name": "me" });

  let deep: object = { end: 1 };
  for (let level = 0; level < 7; level++) deep = { in: deep };
  expect(attributesOf(deep)).toEqual({ "in.in.in.in.in.in.in.end": 1 });
  expect(attributesOf({ in: deep })).toBeUndefined();

  const names = Array.from({ length: 1_000 }, (_, i) => [`n${i}`, i] as const);
  expect(Object.keys(attributesOf(Object.fromEntries(names)) ?? {})).toEqual(
    names.slice(0, 256).map(([name]) => name),
  );
  // Two million places, all the same few objects.
  let reads = 0;
  let wide = {};
  for (let level = 0; level < 7; level++) {
    const next = wide;
    const get = () => {
      reads++;
      return next;
    };
    const members = names.slice(0, 8).map(([name]) => [name, { get, enumerable: true }] as const);
    wide = Object.defineProperties({}, Object.fromEntries(members));
  }
  expect(attributesOf({ wide })).toBeUndefined();
  expect(reads).toBeLessThan(10_000);
});

it("makes of anything a user that the client takes, the same one each time", () => {
  fc.assert(
    fc.property(fc.object({ withDate: true, withBigInt: true, withNullPrototype: true }), (any) => {
      const context = { ...any, targetingKey: "u" };
      const user = userOf(context);
      expect(user?.id).toBe("u");
      for (const value of Object.values(user?.attributes ?? {})) {
        const isScalar = value === null || ["string", "boolean", "number"].includes(typeof value);
        expect(isScalar && !Number.isNaN(value)).toBe(true);
      }
      expect(isSameUser(user, userOf(context))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it("tells users apart by id, e-mail and every attribute", () => {
  const user = { id: "u", email: "a@b.c", attributes: { plan: "pro", age: 1 } };
  expect(isSameUser(user, { ...user, attributes: { age: 1, plan: "pro" } })).toBe(true);
  expect(isSameUser(undefined, undefined)).toBe(true);
  expect(isSameUser({ id: "u" }, { id: "u", attributes: {} })).toBe(true);
  const others = [
    undefined,
    { ...user, id: "v" },
    { id: "u", attributes: user.attributes },
    { ...user, attributes: { plan: "pro" } },
    { ...user, attributes: { plan: "pro", age: 2 } },
    { ...user, attributes: { plan: "pro", size: 1 } },
    { ...user, attributes: { plan: "pro", age: 1, size: 1 } },
  ];
  expect(others.filter((other) => isSameUser(user, other) || isSameUser(other, user))).toEqual([]);
});
