/**
 * Virtual time for clients whose answers come from memory: it moves in small steps,
 * and between them everything runs that does not wait for time.
 *
 * ```ts
 * const time = createSteppedTime();
 * const client = new RollgateClient({ apiKey, clock: time.clock, fetch: service.fetch });
 * await time.pass(30_000);
 * ```
 */
import type { Clock } from "../../src/time/clock";
import { createVirtualClock } from "./virtual-clock";

export interface SteppedTime {
  /** For any number of clients. */
  readonly clock: Clock;
  /**
   * Moves on. Without a step it goes from timer to timer, so that whatever a timer
   * causes happens at that timer's time; with one it stops less often, which suits fleets.
   */
  pass(ms: number, stepMs?: number): Promise<void>;
}

export function createSteppedTime(): SteppedTime {
  const clock = createVirtualClock();
  const due = new Map<unknown, number>();
  let fired = 0;
  const next = (end: number) => Math.min(end, ...due.values());
  return {
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      setTimeout: (callback, ms) => {
        const handle = clock.setTimeout(() => {
          fired++;
          due.delete(handle);
          callback();
        }, ms);
        due.set(handle, clock.monotonic() + ms);
        return handle;
      },
      clearTimeout: (handle) => {
        due.delete(handle);
        clock.clearTimeout(handle);
      },
    },
    async pass(ms, stepMs) {
      const end = clock.monotonic() + ms;
      await settle();
      let stops = 0;
      while (clock.monotonic() < end) {
        const now = clock.monotonic();
        const before = fired;
        if (++stops > MAX_STOPS) throw new Error("Timers make a tight loop.");
        clock.advance((stepMs === undefined ? next(end) : Math.min(now + stepMs, end)) - now);
        if (fired !== before) await settle();
      }
    },
  };
}

/** On the way through one stretch of time. */
const MAX_STOPS = 100_000;

/** Each turn runs every promise to its end; a few, for streams that go through other queues. */
const TURNS = 3;

/** Lets everything run that does not wait for time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}
