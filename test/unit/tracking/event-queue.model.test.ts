import fc from "fast-check";
import { expect, it } from "vitest";
import {
  createEventQueue,
  type EventQueue,
  type TakenBatch,
} from "../../../src/tracking/event-queue";

interface Pair {
  readonly mine: number[];
  readonly theirs: TakenBatch<number>;
}

/** The queue as anyone would write it who had time: plain arrays, and where every event went. */
class Model {
  readonly max: number;
  next = 0;
  first = 0;
  flights: Pair[] = [];
  waiting: number[] = [];
  readonly gone = { delivered: 0, overflow: 0, rejected: 0, closed: 0 };

  constructor(max: number) {
    this.max = max;
  }

  get pending(): number[] {
    return [...this.flights.flatMap(({ mine }) => mine), ...this.waiting].sort((a, b) => a - b);
  }

  trim(): number {
    const excess = Math.max(0, Math.min(this.pending.length - this.max, this.waiting.length));
    this.waiting.splice(0, excess);
    this.gone.overflow += excess;
    return excess;
  }

  land(index: number): Pair | undefined {
    return this.flights.splice(index % Math.max(1, this.flights.length), 1)[0];
  }
}

type Queue = EventQueue<number>;

const sizeOf = (event: number) => (Math.abs(event) % 7) + 1;

function check(model: Model, queue: Queue): void {
  const { delivered, ...dropped } = model.gone;
  const stats = queue.stats();
  expect(queue.pending()).toEqual(model.pending);
  expect(queue.size).toBe(model.pending.length);
  expect(stats).toEqual({
    accepted: model.next - model.first,
    delivered,
    pending: model.pending.length,
    dropped,
    refused: 0,
  });
  const { overflow, rejected, closed } = dropped;
  expect(stats.accepted).toBe(stats.delivered + stats.pending + overflow + rejected + closed);
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
      model.waiting.push(model.next);
      expect(queue.push(model.next++)).toBe(model.trim());
    }
  });

const take = (maxCount: number, maxBytes: number) =>
  command(`take(${maxCount}, ${maxBytes})`, (model, queue) => {
    const mine: number[] = [];
    let bytes = 0;
    while (mine.length < maxCount && model.waiting.length > 0) {
      bytes += sizeOf(model.waiting[0] as number);
      if (bytes > maxBytes) break;
      mine.push(model.waiting.shift() as number);
    }
    const theirs = queue.take(maxCount, maxBytes, sizeOf);
    expect(theirs.events).toEqual(mine);
    if (mine.length > 0) model.flights.push({ mine, theirs });
  });

const settle = (index: number, delivered: number) =>
  command(`settle(${index}, ${delivered})`, (model) => {
    const flight = model.land(index);
    if (flight === undefined) return;
    const arrived = Math.min(delivered, flight.mine.length);
    model.gone.delivered += arrived;
    model.gone.rejected += flight.mine.length - arrived;
    flight.theirs.settle(delivered);
    flight.theirs.settle(delivered);
  });

const putBack = (index: number) =>
  command(`putBack(${index})`, (model) => {
    const flight = model.land(index);
    if (flight === undefined) return;
    model.waiting = [...model.waiting, ...flight.mine].sort((a, b) => a - b);
    expect(flight.theirs.putBack()).toBe(model.trim());
  });

const restore = (count: number) =>
  command(`restore × ${count}`, (model, queue) => {
    model.first -= count;
    const events = Array.from({ length: count }, (_, index) => model.first + index);
    model.waiting.unshift(...events);
    expect(queue.restore(events)).toBe(model.trim());
  });

const close = command("closeRemaining", (model, queue) => {
  const left = model.pending.length;
  model.gone.closed += left;
  model.flights = [];
  model.waiting = [];
  expect(queue.closeRemaining()).toBe(left);
});

it("keeps its order and its accounts through any sequence of calls", () => {
  const few = fc.nat({ max: 12 });
  const commands = fc.commands(
    [
      few.map(push),
      few.map(push),
      fc.tuple(few, fc.nat({ max: 60 })).map(([count, bytes]) => take(count, bytes)),
      fc.tuple(few, few).map(([index, delivered]) => settle(index, delivered)),
      few.map(putBack),
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
