import { describe, expect, it } from "vitest";
import { createEventQueue, type EventQueue } from "../../../src/tracking/event-queue";

const one = () => 1;

function filled(count: number, maxQueueSize = 1_000) {
  const queue = createEventQueue<number>({ maxQueueSize });
  for (let i = 0; i < count; i++) queue.push(i);
  return queue;
}

const take = (queue: EventQueue<number>, count: number) => queue.take(count, 99, one);

describe("the event queue", () => {
  it("hands out batches in order and counts what was delivered", () => {
    const queue = filled(5);
    const first = take(queue, 2);

    expect(first.events).toEqual([0, 1]);
    first.settle(2);
    const second = take(queue, 9);
    expect(second.events).toEqual([2, 3, 4]);
    second.settle(3);
    expect(take(queue, 9).events).toEqual([]);
    expect(queue.stats()).toEqual({
      accepted: 5,
      delivered: 5,
      pending: 0,
      dropped: { overflow: 0, rejected: 0, closed: 0 },
      refused: 0,
    });
  });

  it("counts what is in flight as pending", () => {
    const queue = filled(3);
    take(queue, 2);

    expect(queue.size).toBe(3);
    expect(queue.pending()).toEqual([0, 1, 2]);
    expect(queue.stats().pending).toBe(3);
  });

  it("ends a batch before the event that would make it too large", () => {
    const sizeOf = (event: number) => [10, 20, 31, 1][event] ?? 0;

    expect(filled(4).take(4, 60, sizeOf).events).toEqual([0, 1]);
    expect(filled(4).take(4, 61, sizeOf).events).toEqual([0, 1, 2]);
    expect(filled(4).take(4, 9, sizeOf).events).toEqual([]);
  });

  it("brings a failed batch back to the front, in order", () => {
    const queue = filled(4);
    const batch = take(queue, 2);
    queue.push(4);
    batch.putBack();

    expect(queue.pending()).toEqual([0, 1, 2, 3, 4]);
    expect(take(queue, 3).events).toEqual([0, 1, 2]);
  });

  it.each([
    ["the earlier one first", [0, 1]],
    ["the later one first", [1, 0]],
  ])("brings two failed batches back in order, %s", (_, order) => {
    const queue = filled(6);
    const batches = [take(queue, 2), take(queue, 2)];
    for (const index of order) batches[index]?.putBack();

    expect(take(queue, 9).events).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("keeps the order when a batch comes back behind one that was taken again", () => {
    const queue = filled(6);
    const [first, second] = [take(queue, 2), take(queue, 2)];
    first.putBack();
    const again = take(queue, 2);
    second.putBack();
    again.putBack();

    expect(take(queue, 9).events).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("splits a batch between delivered and rejected", () => {
    const queue = filled(5);
    take(queue, 3).settle(2);

    expect(queue.pending()).toEqual([3, 4]);
    expect(queue.stats()).toEqual({
      accepted: 5,
      delivered: 2,
      pending: 2,
      dropped: { overflow: 0, rejected: 1, closed: 0 },
      refused: 0,
    });
  });

  it("settles a batch once, and no more events than it holds", () => {
    const queue = filled(4);
    const batch = take(queue, 2);
    batch.settle(9);
    batch.settle(2);
    batch.putBack();

    expect(queue.stats()).toMatchObject({
      delivered: 2,
      pending: 2,
      dropped: { rejected: 0 },
    });
  });

  it("drops the oldest beyond its size", () => {
    const queue = filled(3, 3);

    expect(queue.push(3)).toBe(1);
    expect(queue.pending()).toEqual([1, 2, 3]);
    expect(queue.stats()).toMatchObject({ accepted: 4, pending: 3, dropped: { overflow: 1 } });
  });

  it("never drops what is in flight for lack of room", () => {
    const queue = filled(3, 3);
    const batch = take(queue, 2);

    expect([queue.push(3), queue.push(4)]).toEqual([1, 1]);
    expect(queue.pending()).toEqual([0, 1, 4]);
    batch.settle(2);
    expect(take(queue, 9).events).toEqual([4]);
    expect(queue.stats()).toMatchObject({ accepted: 5, delivered: 2, dropped: { overflow: 2 } });
  });

  it("drops the new event itself when all others are in flight", () => {
    const queue = filled(2, 2);
    take(queue, 2);

    expect(queue.push(2)).toBe(1);
    expect(queue.pending()).toEqual([0, 1]);
  });

  it("puts restored events before those that wait and counts them as accepted", () => {
    const queue = filled(2);

    expect(queue.restore([-2, -1])).toBe(0);
    expect(queue.pending()).toEqual([-2, -1, 0, 1]);
    expect(queue.stats().accepted).toBe(4);
  });

  it("drops the oldest of what it restores when there are too many", () => {
    const queue = filled(2, 3);

    expect(queue.restore([-3, -2, -1])).toBe(2);
    expect(queue.pending()).toEqual([-1, 0, 1]);
    expect(queue.stats()).toMatchObject({ accepted: 5, pending: 3, dropped: { overflow: 2 } });
  });

  it("drops all that is left when it closes, in flight or not", () => {
    const queue = filled(4);
    const batch = take(queue, 2);

    expect(queue.closeRemaining()).toBe(4);
    batch.settle(2);
    expect(queue.closeRemaining()).toBe(0);
    expect(queue.stats()).toEqual({
      accepted: 4,
      delivered: 0,
      pending: 0,
      dropped: { overflow: 0, rejected: 0, closed: 4 },
      refused: 0,
    });
  });

  it("counts what it did not let in apart", () => {
    const queue = filled(1);
    queue.refuse();

    expect(queue.stats()).toMatchObject({ accepted: 1, refused: 1 });
  });
});
