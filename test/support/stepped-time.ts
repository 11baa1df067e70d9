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
  /** Moves on; what falls due within a step runs at its own time, in order. */
  pass(ms: number, stepMs?: number): Promise<void>;
}

export function createSteppedTime(): SteppedTime {
  const clock = createVirtualClock();
  let fired = 0;
  return {
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      setTimeout: (callback, ms) =>
        clock.setTimeout(() => {
          fired++;
          callback();
        }, ms),
      clearTimeout: (handle) => clock.clearTimeout(handle),
    },
    async pass(ms, stepMs = 10) {
      const end = clock.monotonic() + ms;
      await settle();
      while (clock.monotonic() < end) {
        const before = fired;
        clock.advance(Math.min(stepMs, end - clock.monotonic()));
        if (fired !== before) await settle();
      }
    },
  };
}

/** Each turn runs every promise to its end; a few, for streams that go through other queues. */
const TURNS = 3;

/** Lets everything run that does not wait for time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}
