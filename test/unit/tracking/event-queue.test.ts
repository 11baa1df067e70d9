import { describe, expect, it } from "vitest";
import { createEventQueue } from "../../../src/tracking/event-queue";

const one = () => 1;

function filled(count: number, maxQueueSize = 1_000) {
  const queue = createEventQueue<number>({ maxQueueSize });
  for (let i = 0; i < count; i++) queue.push(i);
  return queue;
}

describe("the event queue", () => {
  it("hands out batches in order and counts what was delivered", () => {
    const queue = filled(5);

    expect(queue.peek(2, 99, one)).toEqual([0, 1]);
    queue.commit(2);
    expect(queue.peek(9, 99, one)).toEqual([2, 3, 4]);
    queue.commit(3);
    expect(queue.peek(9, 99, one)).toEqual([]);
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
    queue.peek(2, 99, one);

    expect(queue.size).toBe(3);
    expect(queue.pending()).toEqual([0, 1, 2]);
    expect(queue.stats().pending).toBe(3);
  });

  it("ends a batch before the event that would make it too large", () => {
    const queue = filled(4);
    const sizeOf = (event: number) => [10, 20, 31, 1][event] ?? 0;

    expect(queue.peek(4, 60, sizeOf)).toEqual([0, 1]);
    expect(queue.peek(4, 61, sizeOf)).toEqual([0, 1, 2]);
    expect(queue.peek(4, 9, sizeOf)).toEqual([]);
  });

  it("brings a failed batch back to the front, in order", () => {
    const queue = filled(4);
    queue.peek(2, 99, one);
    queue.push(4);
    queue.putBack();

    expect(queue.pending()).toEqual([0, 1, 2, 3, 4]);
    expect(queue.peek(3, 99, one)).toEqual([0, 1, 2]);
  });

  it("splits a batch between delivered and rejected", () => {
    const queue = filled(5);
    queue.peek(3, 99, one);
    queue.commit(2);

    expect(queue.reject(1)).toBe(1);
    expect(queue.pending()).toEqual([3, 4]);
    expect(queue.stats()).toEqual({
      accepted: 5,
      delivered: 2,
      pending: 2,
      dropped: { overflow: 0, rejected: 1, closed: 0 },
      refused: 0,
    });
  });

  it("settles no more events than are in flight", () => {
    const queue = filled(4);
    queue.peek(2, 99, one);
    queue.commit(9);

    expect(queue.reject(9)).toBe(0);
    expect(queue.stats()).toMatchObject({ delivered: 2, pending: 2 });
  });

  it("drops the oldest beyond its size", () => {
    const queue = filled(3, 3);

    expect(queue.push(3)).toBe(1);
    expect(queue.pending()).toEqual([1, 2, 3]);
    expect(queue.stats()).toMatchObject({ accepted: 4, pending: 3, dropped: { overflow: 1 } });
  });

  it("never drops what is in flight for lack of room", () => {
    const queue = filled(3, 3);
    queue.peek(2, 99, one);

    expect([queue.push(3), queue.push(4)]).toEqual([1, 1]);
    expect(queue.pending()).toEqual([0, 1, 4]);
    queue.commit(2);
    expect(queue.peek(9, 99, one)).toEqual([4]);
    expect(queue.stats()).toMatchObject({ accepted: 5, delivered: 2, dropped: { overflow: 2 } });
  });

  it("drops the new event itself when all others are in flight", () => {
    const queue = filled(2, 2);
    queue.peek(2, 99, one);

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
    queue.peek(2, 99, one);

    expect(queue.closeRemaining()).toBe(4);
    queue.commit(2);
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

  it("hands out a batch that later changes do not reach", () => {
    const queue = filled(2);
    const batch = queue.peek(2, 99, one);
    queue.commit(2);

    expect(batch).toEqual([0, 1]);
  });
});
