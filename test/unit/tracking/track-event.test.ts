import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ValidationError } from "../../../src/errors/validation-error";
import { eventJson } from "../../../src/protocol/events-body";
import { makeTrackEvent } from "../../../src/tracking/track-event";
import { MAX_EVENT_BYTES } from "../../../src/tracking/tracked-event";

const VALID = { flagKey: "checkout", eventName: "purchase" };

function make(options: unknown, currentUserId: string | undefined = "u1") {
  return makeTrackEvent(options, currentUserId, 1_000);
}

function refusal(options: unknown, currentUserId?: string): string {
  try {
    makeTrackEvent(options, currentUserId, 1_000);
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError);
    return (error as Error).message;
  }
  return "accepted";
}

const withMetadata = (metadata: unknown) => ({ ...VALID, userId: "u1", metadata });

describe("an event that can be sent", () => {
  it("has the current user, the time of the call and nothing that was not given", () => {
    expect(make(VALID)).toStrictEqual({
      flagKey: "checkout",
      eventName: "purchase",
      userId: "u1",
      variationId: undefined,
      value: undefined,
      metadata: undefined,
      timestamp: 1_000,
    });
  });

  it("keeps everything that was given, its own user first, and nothing else", () => {
    const given = { ...VALID, userId: "u2", variationId: "v", value: -0.5, metadata: { a: [1] } };

    expect(make({ ...given, extra: true })).toStrictEqual({ ...given, timestamp: 1_000 });
  });

  it("does not change when the app changes its metadata afterwards", () => {
    const metadata = { items: [{ id: 1 }] };
    const event = make({ ...VALID, metadata });
    metadata.items.push({ id: 2 });
    metadata.items[0] = { id: 9 };

    expect(event.metadata).toEqual({ items: [{ id: 1 }] });
  });

  it("reads each member once", () => {
    const reads: string[] = [];
    const members = { ...VALID, userId: "u1", metadata: {} };
    const options = new Proxy(members, {
      get(target, key) {
        reads.push(String(key));
        return Reflect.get(target, key);
      },
    });
    make(options);

    expect([...reads].sort()).toEqual([...new Set(reads)].sort());
  });

  it("carries metadata as JSON would", () => {
    const metadata = {
      text: "é😀",
      number: 1.5,
      yes: true,
      nothing: null,
      absent: undefined,
      notANumber: Number.NaN,
      list: [undefined, Number.POSITIVE_INFINITY],
      date: new Date(0),
      custom: { toJSON: (key: string) => `as ${key}` },
      nested: [{ toJSON: (key: string) => `as ${key}` }],
      empty: {},
    };

    expect(make({ ...VALID, metadata }).metadata).toStrictEqual(
      JSON.parse(JSON.stringify(metadata)),
    );
  });

  it("carries any metadata that JSON can express unchanged", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (given) => {
        const metadata = JSON.parse(JSON.stringify(given));

        expect(make({ ...VALID, metadata }).metadata).toEqual(metadata);
      }),
    );
  });

  it("takes metadata without prototype, of another realm, and with __proto__ as a member", () => {
    const bare = Object.assign(Object.create(null), { a: 1 });
    const hostile = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}');

    expect(make({ ...VALID, metadata: bare }).metadata).toEqual({ a: 1 });
    const copied = make({ ...VALID, metadata: hostile }).metadata;
    expect(JSON.stringify(copied)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
    expect(Object.getPrototypeOf(copied)).toBe(Object.prototype);
  });
});

describe("an event that cannot be sent", () => {
  it("is refused with what is wrong", () => {
    expect([
      refusal(undefined),
      refusal("event"),
      refusal({}),
      refusal({ ...VALID, flagKey: "" }),
      refusal({ ...VALID, eventName: 1 }),
      refusal(VALID),
      refusal(VALID, ""),
      refusal({ ...VALID, userId: null }, "u1"),
      refusal({ ...VALID, variationId: 1 }, "u1"),
      refusal({ ...VALID, value: "1" }, "u1"),
      refusal({ ...VALID, value: Number.NaN }, "u1"),
      refusal({ ...VALID, value: Number.NEGATIVE_INFINITY }, "u1"),
      refusal({ ...VALID, value: 1n }, "u1"),
    ]).toEqual([
      "The event was refused: an object is expected.",
      "The event was refused: an object is expected.",
      "The event was refused: flagKey must be a non-empty string.",
      "The event was refused: flagKey must be a non-empty string.",
      "The event was refused: eventName must be a non-empty string.",
      "The event was refused: there is no current user and no userId.",
      "The event was refused: userId must be a non-empty string.",
      "The event was refused: userId must be a non-empty string.",
      "The event was refused: variationId must be a string.",
      "The event was refused: value must be a finite number.",
      "The event was refused: value must be a finite number.",
      "The event was refused: value must be a finite number.",
      "The event was refused: value must be a finite number.",
    ]);
  });

  it("is refused for metadata that is no plain object", () => {
    class Order {}
    const others = [null, "text", 1, [], () => {}, new Map(), new Date(), new Order()];

    expect(new Set(others.map((metadata) => refusal(withMetadata(metadata))))).toEqual(
      new Set(["The event was refused: metadata must be a plain object."]),
    );
    expect(refusal(withMetadata({ toJSON: () => "text" }))).toBe(
      "The event was refused: metadata must be a plain object.",
    );
  });

  it("is refused for metadata that JSON cannot carry", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = { circle };

    expect([
      refusal(withMetadata(circle)),
      refusal(withMetadata({ a: 1n })),
      refusal(withMetadata({ a: [() => {}] })),
      refusal(withMetadata({ a: Symbol("s") })),
    ]).toEqual([
      "The event was refused: metadata is circular or deeper than 64 levels.",
      "The event was refused: metadata holds a bigint, which JSON cannot carry.",
      "The event was refused: metadata holds a function, which JSON cannot carry.",
      "The event was refused: metadata holds a symbol, which JSON cannot carry.",
    ]);
  });

  it("is refused when reading it throws, whatever is thrown", () => {
    const thrower = (thrown: unknown) => ({
      get: () => {
        throw thrown;
      },
      enumerable: true,
    });
    const member = (thrown: unknown) => Object.defineProperty({}, "a", thrower(thrown));
    const expected =
      "The event was refused: reading it threw (a getter, a proxy or a toJSON method).";
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();

    expect([
      refusal(Object.defineProperty({ ...VALID }, "flagKey", thrower(new Error("secret")))),
      refusal(withMetadata(member(undefined))),
      refusal(withMetadata({ a: { toJSON: thrower("x").get } })),
      refusal(withMetadata(revoked.proxy)),
      refusal(revoked.proxy),
    ]).toEqual(Array(5).fill(expected));
  });

  it("is a ValidationError for anything at all", () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        expect(refusal(anything)).not.toBe("accepted");
        expect(refusal(withMetadata(anything))).toMatch(/^(accepted|The event was refused)/);
      }),
    );
  });
});

describe("the size of an event", () => {
  const limit = `The event was refused: it takes more than ${MAX_EVENT_BYTES} bytes.`;
  const bytes = (event: unknown) =>
    new TextEncoder().encode(eventJson(event as Parameters<typeof eventJson>[0])).length;

  // The longest text under `metadata.a` that fits.
  function longest(character: string): string {
    const unit = bytes(make(withMetadata({ a: character }))) - bytes(make(withMetadata({ a: "" })));
    const room = MAX_EVENT_BYTES - bytes(make(withMetadata({ a: "" })));
    return character.repeat(Math.floor(room / unit));
  }

  it.each([
    ["ASCII", "a"],
    ["two bytes", "é"],
    ["three bytes", "€"],
    ["four bytes", "😀"],
    ["escaped", "\u0001"],
    ["quotes", '"'],
    ["half a pair", "\ud83d"],
  ])("is counted in UTF-8 bytes to the last one: %s", (_, character) => {
    const text = longest(character);

    expect(refusal(withMetadata({ a: text }))).toBe("accepted");
    expect(refusal(withMetadata({ a: text + character }))).toMatch(
      /it takes more|makes the event larger/,
    );
  });

  it("includes keys, names and ids", () => {
    expect(refusal({ ...VALID, userId: "u".repeat(MAX_EVENT_BYTES) })).toBe(limit);
    expect(refusal({ ...VALID, flagKey: "€".repeat(11_000) }, "u1")).toBe(limit);
    expect(refusal(withMetadata({ ["k".repeat(MAX_EVENT_BYTES)]: 1 }))).toBe(
      `The event was refused: metadata makes the event larger than ${MAX_EVENT_BYTES} bytes.`,
    );
  });

  it("ends the copying of what is endless", () => {
    const endless = { list: new Array(4_000_000_000) };
    const deepening = {
      toJSON() {
        return { more: Array.from({ length: 1_000 }, () => deepening) };
      },
    };

    expect(refusal(withMetadata(endless))).toContain("metadata makes the event larger");
    expect(refusal(withMetadata(deepening))).toContain("The event was refused");
  });
});
