import { createDeque } from "./deque";
import type { EventStats } from "./event-stats";

/** Events on their way; settling them a second time does nothing. */
export interface TakenBatch<T> {
  readonly events: readonly T[];
  /** The first `delivered` of them were taken by the server, which refused the others for good. */
  settle(delivered: number): void;
  /** None was delivered; they wait at their old place again. @returns how many events had to go since they no longer fit. */
  putBack(): number;
}

/**
 * Conversion events on their way out, oldest first, with the account of what
 * became of each. What is in flight is never dropped for lack of room.
 */
export interface EventQueue<T> {
  /** Pending events, those in flight included. */
  readonly size: number;
  /** Adds one event. @returns how many old ones had to go for it, 0 or 1. */
  push(event: T): number;
  /**
   * Takes the next batch of those that wait. Stops before the event that would
   * make it larger than `maxBytes`, so it is empty when not even the first fits.
   */
  take(maxCount: number, maxBytes: number, sizeOf: (event: T) => number): TakenBatch<T>;
  /** Puts events of an earlier run before all others. @returns how many had to go, the oldest first. */
  restore(events: readonly T[]): number;
  /** Drops all that is left, in flight or not. @returns how many events that were. */
  closeRemaining(): number;
  /** Counts an event that was not let in. */
  refuse(): void;
  /** All pending events in order, for keeping them beyond this process. */
  pending(): T[];
  stats(): EventStats;
}

/** An event with its place in the order, which it keeps wherever it is. */
interface Entry<T> {
  readonly place: number;
  readonly event: T;
}

/** Makes an empty queue; beyond `maxQueueSize` pending events the oldest that are not in flight go. */
export function createEventQueue<T>({ maxQueueSize }: { maxQueueSize: number }): EventQueue<T> {
  const waiting = createDeque<Entry<T>>();
  const flights = new Set<readonly Entry<T>[]>();
  let flying = 0;
  let last = 0;
  let first = 0;
  let accepted = 0;
  let delivered = 0;
  let overflow = 0;
  let rejected = 0;
  let closed = 0;
  let refused = 0;

  const size = () => flying + waiting.size;

  function trim(): number {
    const excess = Math.min(size() - maxQueueSize, waiting.size);
    if (excess <= 0) return 0;
    waiting.take(excess);
    overflow += excess;
    return excess;
  }

  /** Ends a flight. @returns whether it was still under way. */
  function land(flight: readonly Entry<T>[]): boolean {
    if (!flights.delete(flight)) return false;
    flying -= flight.length;
    return true;
  }

  function putBack(flight: readonly Entry<T>[]): number {
    if (!land(flight)) return 0;
    // A batch that was taken earlier may have come back already.
    let ahead = 0;
    const place = flight[0]?.place ?? 0;
    while (ahead < waiting.size && waiting.at(ahead).place < place) ahead++;
    const before = waiting.take(ahead);
    waiting.pushFront(flight);
    waiting.pushFront(before);
    return trim();
  }

  return {
    get size() {
      return size();
    },
    push(event) {
      accepted++;
      waiting.pushBack({ place: ++last, event });
      return trim();
    },
    take(maxCount, maxBytes, sizeOf) {
      const limit = Math.min(maxCount, waiting.size);
      let count = 0;
      let bytes = 0;
      while (count < limit) {
        bytes += sizeOf(waiting.at(count).event);
        if (bytes > maxBytes) break;
        count++;
      }
      const flight = waiting.take(count);
      flights.add(flight);
      flying += count;
      return {
        events: flight.map(({ event }) => event),
        settle(received) {
          if (!land(flight)) return;
          const arrived = Math.min(received, count);
          delivered += arrived;
          rejected += count - arrived;
        },
        putBack: () => putBack(flight),
      };
    },
    restore(events) {
      accepted += events.length;
      first -= events.length;
      waiting.pushFront(events.map((event, index) => ({ place: first + index, event })));
      return trim();
    },
    closeRemaining() {
      const left = size();
      closed += left;
      flights.clear();
      flying = 0;
      waiting.clear();
      return left;
    },
    refuse() {
      refused++;
    },
    pending: () =>
      [...[...flights].flat(), ...waiting.toArray()]
        .sort((a, b) => a.place - b.place)
        .map(({ event }) => event),
    stats: () => ({
      accepted,
      delivered,
      pending: size(),
      dropped: { overflow, rejected, closed },
      refused,
    }),
  };
}
