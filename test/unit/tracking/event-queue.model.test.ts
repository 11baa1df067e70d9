import fc from "fast-check";
import { expect, it } from "vitest";
import { createEventQueue, type EventQueue } from "../../../src/tracking/event-queue";

/** The queue as anyone would write it who had time: plain arrays, and where every event went. */
class Model {
  readonly max: number;
  next = 0;
  flying: number[] = [];
  waiting: number[] = [];
  readonly gone = {
    delivered: [] as number[],
    overflow: [] as number[],
    rejected: [] as number[],
    closed: [] as number[],
  };

  constructor(max: number) {
    this.max = max;
  }

  trim(): void {
    while (this.flying.length + this.waiting.length > this.max && this.waiting.length > 0) {
      this.gone.overflow.push(this.waiting.shift() as number);
    }
  }

  get pending(): number[] {
    return [...this.flying, ...this.waiting];
  }
}

type Queue = EventQueue<number>;

const sizeOf = (event: number) => (event % 7) + 1;

function check(model: Model, queue: Queue): void {
  const { delivered, overflow, rejected, closed } = model.gone;
  const stats = queue.stats();
  expect(queue.pending()).toEqual(model.pending);
  expect(queue.size).toBe(model.pending.length);
  expect(stats).toEqual({
    accepted: model.next,
    delivered: delivered.length,
    pending: model.pending.length,
    dropped: { overflow: overflow.length, rejected: rejected.length, closed: closed.length },
    refused: 0,
  });
  expect(stats.accepted).toBe(
    stats.delivered + stats.pending + overflow.length + rejected.length + closed.length,
  );
}

function command(name: string, run: (model: Model, queue: Queue) => void) {
  return {
    check: () => true,
    run(model: Model, queue: Queue) {
      run(model, queue);
      check(model, queue);
    },
    toString: () => name,
  };
}

const push = (count: number) =>
  command(`push × ${count}`, (model, queue) => {
    for (let i = 0; i < count; i++) {
      const before = model.gone.overflow.length;
      model.waiting.push(model.next);
      model.trim();
      expect(queue.push(model.next++)).toBe(model.gone.overflow.length - before);
    }
  });

const peek = (maxCount: number, maxBytes: number) =>
  command(`peek(${maxCount}, ${maxBytes})`, (model, queue) => {
    model.waiting.unshift(...model.flying.splice(0));
    let bytes = 0;
    while (model.flying.length < maxCount && model.waiting.length > 0) {
      bytes += sizeOf(model.waiting[0] as number);
      if (bytes > maxBytes) break;
      model.flying.push(model.waiting.shift() as number);
    }
    expect(queue.peek(maxCount, maxBytes, sizeOf)).toEqual(model.flying);
  });

const commit = (count: number) =>
  command(`commit(${count})`, (model, queue) => {
    model.gone.delivered.push(...model.flying.splice(0, count));
    queue.commit(count);
  });

const reject = (count: number) =>
  command(`reject(${count})`, (model, queue) => {
    const refused = model.flying.splice(0, count);
    model.gone.rejected.push(...refused);
    expect(queue.reject(count)).toBe(refused.length);
  });

const putBack = command("putBack", (model, queue) => {
  model.waiting.unshift(...model.flying.splice(0));
  queue.putBack();
});

const restore = (count: number) =>
  command(`restore × ${count}`, (model, queue) => {
    const events = Array.from({ length: count }, () => model.next++);
    const before = model.gone.overflow.length;
    model.waiting.unshift(...events);
    model.trim();
    expect(queue.restore(events)).toBe(model.gone.overflow.length - before);
  });

const close = command("closeRemaining", (model, queue) => {
  const left = model.pending;
  model.gone.closed.push(...left);
  model.flying = [];
  model.waiting = [];
  expect(queue.closeRemaining()).toBe(left.length);
});

it("keeps its order and its accounts through any sequence of calls", () => {
  const few = fc.nat({ max: 12 });
  const commands = fc.commands(
    [
      few.map(push),
      few.map(push),
      fc.tuple(few, fc.nat({ max: 60 })).map(([count, bytes]) => peek(count, bytes)),
      few.map(commit),
      few.map(reject),
      fc.constant(putBack),
      few.map(restore),
      fc.constant(close),
    ],
    { maxCommands: 80 },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), commands, (max, calls) => {
      fc.modelRun(
        () => ({ model: new Model(max), real: createEventQueue<number>({ maxQueueSize: max }) }),
        calls,
      );
    }),
    { numRuns: 300 },
  );
});
