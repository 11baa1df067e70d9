import { createDeque } from "./deque";
import type { EventStats } from "./event-stats";

/**
 * Conversion events on their way out, oldest first, with the account of what
 * became of each. At most one batch is in flight: {@link peek} takes it,
 * {@link commit}, {@link reject} and {@link putBack} settle it. What is in flight
 * is never dropped for lack of room.
 */
export interface EventQueue<T> {
  /** Pending events, those in flight included. */
  readonly size: number;
  /** Adds one event. @returns how many old ones had to go for it, 0 or 1. */
  push(event: T): number;
  /**
   * The next batch, now in flight; one that still was is put back first. Stops
   * before the event that would make it larger than `maxBytes`, so it is empty
   * when not even the first fits.
   */
  peek(maxCount: number, maxBytes: number, sizeOf: (event: T) => number): readonly T[];
  /** The first `count` events in flight were delivered. */
  commit(count: number): void;
  /** The first `count` events in flight were refused for good. @returns how many that were. */
  reject(count: number): number;
  /** The batch in flight was not delivered; it waits at the front again. */
  putBack(): void;
  /** Puts events of an earlier run before those that wait. @returns how many had to go, the oldest first. */
  restore(events: readonly T[]): number;
  /** Drops all that is left, in flight or not. @returns how many events that were. */
  closeRemaining(): number;
  /** Counts an event that was not let in. */
  refuse(): void;
  /** All pending events in order, for keeping them beyond this process. */
  pending(): T[];
  stats(): EventStats;
}

/** Makes an empty queue; beyond `maxQueueSize` pending events the oldest that are not in flight go. */
export function createEventQueue<T>({ maxQueueSize }: { maxQueueSize: number }): EventQueue<T> {
  const waiting = createDeque<T>();
  let inFlight: T[] = [];
  let accepted = 0;
  let delivered = 0;
  let overflow = 0;
  let rejected = 0;
  let closed = 0;
  let refused = 0;

  const size = () => inFlight.length + waiting.size;

  function trim(): number {
    const excess = size() - maxQueueSize;
    if (excess <= 0) return 0;
    waiting.take(excess);
    overflow += excess;
    return excess;
  }

  function land(count: number): number {
    return inFlight.splice(0, Math.max(0, count)).length;
  }

  function putBack(): void {
    waiting.pushFront(inFlight);
    inFlight = [];
  }

  return {
    get size() {
      return size();
    },
    push(event) {
      accepted++;
      waiting.pushBack(event);
      return trim();
    },
    peek(maxCount, maxBytes, sizeOf) {
      putBack();
      const limit = Math.min(maxCount, waiting.size);
      let count = 0;
      let bytes = 0;
      while (count < limit) {
        bytes += sizeOf(waiting.at(count));
        if (bytes > maxBytes) break;
        count++;
      }
      inFlight = waiting.take(count);
      return [...inFlight];
    },
    commit(count) {
      delivered += land(count);
    },
    reject(count) {
      const refusedByServer = land(count);
      rejected += refusedByServer;
      return refusedByServer;
    },
    putBack,
    restore(events) {
      accepted += events.length;
      waiting.pushFront(events);
      return trim();
    },
    closeRemaining() {
      const left = size();
      closed += left;
      inFlight = [];
      waiting.clear();
      return left;
    },
    refuse() {
      refused++;
    },
    pending: () => [...inFlight, ...waiting.toArray()],
    stats: () => ({
      accepted,
      delivered,
      pending: size(),
      dropped: { overflow, rejected, closed },
      refused,
    }),
  };
}
