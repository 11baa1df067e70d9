import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UserContext } from "../../../src/flags/types";
import {
  encodeUserContext,
  eventJson,
  eventsBody,
  type OutgoingEvent,
  readReceived,
  telemetryBody,
  userBody,
} from "../../../src/protocol";
import { anyText } from "../../support/any-text";
import { wireKey } from "./support";

const FULL_USER = { id: "u1", email: "a@b.c", attributes: { plan: "pro", age: 30, beta: true } };

describe("userBody", () => {
  it("follows the wire, leaving out what is absent and what the wire does not know", () => {
    expect(userBody(FULL_USER)).toBe(
      '{"user":{"id":"u1","email":"a@b.c","attributes":{"plan":"pro","age":30,"beta":true}}}',
    );
    expect(userBody({ id: "u1" })).toBe('{"user":{"id":"u1"}}');
    expect(userBody({ id: "u1", password: "x" } as UserContext)).toBe('{"user":{"id":"u1"}}');
  });
});

describe("encodeUserContext", () => {
  it("is padded standard base64 of the UTF-8 bytes", () => {
    expect(encodeUserContext({ id: "u" })).toBe("eyJpZCI6InUifQ==");
    expect(encodeUserContext({ id: "ÿ?>~日本🚀" })).toBe(
      Buffer.from('{"id":"ÿ?>~日本🚀"}').toString("base64"),
    );
  });

  it("carries any user back and forth", () => {
    const user = fc.record(
      {
        id: anyText({ minLength: 1 }),
        email: fc.string(),
        attributes: fc.dictionary(wireKey(), fc.oneof(fc.string(), fc.boolean(), fc.integer())),
      },
      { requiredKeys: ["id"] },
    );
    fc.assert(
      fc.property(user, (given) => {
        const header = encodeUserContext(given);
        expect(header).toBe(Buffer.from(JSON.stringify(given)).toString("base64"));
      }),
    );
  });

  it("is left out beyond 8 KiB of header", () => {
    // {"id":""} takes 9 bytes; 6144 bytes make 8192 characters.
    expect(encodeUserContext({ id: "x".repeat(6_144 - 9) })).toHaveLength(8_192);
    expect(encodeUserContext({ id: "x".repeat(6_144 - 8) })).toBeUndefined();
    expect(encodeUserContext({ id: "日".repeat(2_045) })).toHaveLength(8_192);
    expect(encodeUserContext({ id: "日".repeat(2_046) })).toBeUndefined();
  });
});

const EVENT: OutgoingEvent = {
  flagKey: "f",
  eventName: "purchase",
  userId: "u1",
  timestamp: Date.UTC(2024, 1, 29, 12, 34, 56, 789),
};

describe("eventsBody", () => {
  it("follows the wire, leaving out what is absent", () => {
    const body = eventsBody([
      EVENT,
      { ...EVENT, variationId: "v", value: 9.5, metadata: { a: [1, { b: null }] } },
      { ...EVENT, variationId: undefined, value: undefined, metadata: undefined },
    ]);

    const plain =
      '{"flagKey":"f","eventName":"purchase","userId":"u1","timestamp":"2024-02-29T12:34:56.789Z"}';
    expect(body).toBe(
      `{"events":[${plain},{"flagKey":"f","eventName":"purchase","userId":"u1","variationId":"v","value":9.5,"metadata":{"a":[1,{"b":null}]},"timestamp":"2024-02-29T12:34:56.789Z"},${plain}]}`,
    );
    expect(eventsBody([])).toBe('{"events":[]}');
  });

  it("keeps a value of 0 and leaves out what is no number", () => {
    expect(JSON.parse(eventJson({ ...EVENT, value: 0 })).value).toBe(0);
    expect(eventJson({ ...EVENT, value: Number.NaN })).toBe(eventJson(EVENT));
    expect(eventJson({ ...EVENT, value: Number.POSITIVE_INFINITY })).toBe(eventJson(EVENT));
  });

  it("gives every timestamp as RFC 3339, whatever the clock said", () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer()), (timestamp) => {
        const text = JSON.parse(eventJson({ ...EVENT, timestamp })).timestamp;
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      }),
    );
    expect(eventJson({ ...EVENT, timestamp: 1.7 })).toContain('"1970-01-01T00:00:00.001Z"');
    expect(eventJson({ ...EVENT, timestamp: Infinity })).toContain('"9999-12-31T23:59:59.999Z"');
  });
});

describe("telemetryBody", () => {
  it("follows the wire, in integers", () => {
    const counts = new Map([
      ["flag", { true: 5, false: 2 }],
      ["other", { true: 0, false: 1 }],
    ]);

    expect(telemetryBody(counts, 60_000.4)).toBe(
      '{"evaluations":{"flag":{"total":7,"true":5,"false":2},"other":{"total":1,"true":0,"false":1}},"period_ms":60000}',
    );
    expect(telemetryBody([], -3)).toBe('{"evaluations":{},"period_ms":0}');
    expect(telemetryBody([], Number.NaN)).toBe('{"evaluations":{},"period_ms":0}');
  });

  it("keeps every key, `__proto__` included", () => {
    fc.assert(
      fc.property(fc.uniqueArray(wireKey()), (keys) => {
        const body = JSON.parse(
          telemetryBody(
            keys.map((key) => [key, { true: 1, false: 1 }]),
            1,
          ),
        );
        expect(new Set(Object.keys(body.evaluations))).toEqual(new Set(keys));
      }),
    );
  });
});

describe("readReceived", () => {
  it.each([
    [{ received: 3 }, 3],
    [{ received: 0 }, 0],
    [{ received: -1 }, undefined],
    [{ received: 1.5 }, undefined],
    [{ received: "3" }, undefined],
    [{}, undefined],
    [null, undefined],
    [undefined, undefined],
    [[3], undefined],
    ["received", undefined],
  ])("%j: %s", (body, received) => {
    expect(readReceived(body)).toBe(received);
  });
});
