import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEvents, encodeEvents } from "../../../src/tracking/event-codec";
import { makeTrackEvent } from "../../../src/tracking/track-event";

const events = [
  makeTrackEvent({ flagKey: "a", eventName: "e", metadata: { x: [1, null] } }, "u1", 5),
  makeTrackEvent({ flagKey: "__proto__", eventName: "é", variationId: "v", value: 0 }, "u1", 6.5),
];

describe("persisted events", () => {
  it("come back as they were", () => {
    expect(decodeEvents(encodeEvents(events))).toStrictEqual(events);
  });

  it("are no text at all when there are none", () => {
    expect(encodeEvents([])).toBe("");
    expect(decodeEvents("")).toEqual([]);
  });

  it("leave out single events that could not be sent", () => {
    const [first, second] = events;
    const text = JSON.stringify({
      rollgate: 1,
      events: [first, null, { ...second, timestamp: "now" }, { ...second, userId: "" }, second],
    });

    expect(decodeEvents(text)).toStrictEqual(events);
  });

  it("are none in a text of another version or shape", () => {
    const texts = [{ rollgate: 2, events }, { events }, { rollgate: 1, events: {} }, null, [], 1];

    expect(texts.map((text) => decodeEvents(JSON.stringify(text)))).toEqual(texts.map(() => []));
    expect(decodeEvents(encodeEvents(events).slice(0, -1))).toEqual([]);
  });

  it("can be looked for in anything", () => {
    const lookalike = fc.record({ rollgate: fc.constant(1), events: fc.array(fc.jsonValue()) });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          lookalike.map((v) => JSON.stringify(v)),
        ),
        (anything) => {
          expect(decodeEvents(anything)).toEqual([]);
        },
      ),
    );
  });
});
