import { describe, expect, it } from "vitest";
import type { AdoptedText, OutboxStore } from "../../../src/storage/outbox";
import { keepEvents } from "../../../src/storage/outbox-events";
import type { TrackedEvent } from "../../../src/tracking";
import { decodeEvents, encodeEvents } from "../../../src/tracking/event-codec";

function event(eventName: string, timestamp = 0): TrackedEvent {
  const none = { variationId: undefined, value: undefined, metadata: undefined };
  return { flagKey: "beta", eventName, userId: "ann", ...none, timestamp };
}

const namesIn = (text: string) => decodeEvents(text).map(({ eventName }) => eventName);

/** A store that notes what it is to save: the names of our own events, and of each box. */
function store(orphans: readonly AdoptedText[], fails: () => boolean = () => false) {
  const saves: unknown[] = [];
  const kept: OutboxStore = {
    adopt: async () => orphans,
    async save(own, boxes = new Map()) {
      if (fails()) throw new Error("full");
      const rest = [...boxes].map(([box, text]) => [box, namesIn(text)]);
      saves.push([namesIn(own), Object.fromEntries(rest)]);
    },
    release: async () => {},
  };
  return { saves, outbox: keepEvents(kept) };
}

const A = { box: "A", text: encodeEvents([event("a1", 10), event("a2", 30)]) };
const B = { box: "B", text: encodeEvents([event("b1", 20)]) };

async function adopted(outbox: ReturnType<typeof keepEvents>): Promise<readonly TrackedEvent[]> {
  let all: readonly TrackedEvent[] = [];
  await outbox.adopt((events) => {
    all = events;
  });
  return all;
}

describe("adopted events", () => {
  it("are handed over oldest first, whatever box they come from", async () => {
    const { outbox } = store([A, B]);
    expect((await adopted(outbox)).map(({ eventName }) => eventName)).toEqual(["a1", "b1", "a2"]);
  });

  it("stay in the box they came in, which is written only when it changes", async () => {
    const { outbox, saves } = store([A, B]);
    const [a1, b1, a2] = (await adopted(outbox)) as [TrackedEvent, TrackedEvent, TrackedEvent];
    const own = event("own");
    await outbox.save([a1, b1, a2, own]);
    await outbox.save([b1, a2, own]);
    await outbox.save([a2]);
    await outbox.save([]);
    await outbox.save([]);

    expect(saves).toEqual([
      [["own"], {}],
      [["own"], { A: ["a2"] }],
      [[], { B: [] }],
      [[], { A: [] }],
      [[], {}],
    ]);
  });

  it("count as sent only from the moment on at which they were handed over", async () => {
    const { outbox, saves } = store([A]);
    const adopting = adopted(outbox);
    await outbox.save([event("own")]);
    await adopting;

    expect(saves).toEqual([[["own"], {}]]);
  });

  it("stay in their box when that could not be written", async () => {
    let full = true;
    const { outbox, saves } = store([B], () => full);
    await adopted(outbox);
    await expect(outbox.save([])).rejects.toThrow("full");
    full = false;
    await outbox.save([]);

    expect(saves).toEqual([[[], { B: [] }]]);
  });

  it("that were taken out of their place belong to our own", async () => {
    const { outbox, saves } = store([{ text: B.text }]);
    await outbox.save(await adopted(outbox));

    expect(saves).toEqual([[["b1"], {}]]);
  });
});

it("a box that holds nothing of use is done with", async () => {
  const { outbox, saves } = store([{ box: "A", text: "{" }]);
  expect(await adopted(outbox)).toEqual([]);
  await outbox.save([]);

  expect(saves).toEqual([[[], { A: [] }]]);
});
