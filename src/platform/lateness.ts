import { type Clock, MAX_TIMER_MS } from "../time/clock";

/** A timer this much behind its time means that the process was not running, in milliseconds. */
const LATE_MS = 5_000;
/** What arrived while nobody ran goes first: answers wait in line beside the timers that give them up. */
const GRACE_MS = 500;

interface Timer {
  handle: unknown;
}

/**
 * A clock that notices when nobody ran: a laptop that slept, a frozen page, a wall
 * clock that jumped. Timers that are late for it come a little later still. Delays
 * beyond what timers can hold are shortened to that.
 */
export function watchLateness(clock: Clock, onLate: () => void): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    clearTimeout: (timer) => clock.clearTimeout((timer as Timer | undefined)?.handle),
    setTimeout(callback, ms) {
      const delay = Math.min(Math.max(ms, 0), MAX_TIMER_MS);
      const wall = clock.now();
      const monotonic = clock.monotonic();
      const due = () => {
        const passed = Math.max(clock.now() - wall, clock.monotonic() - monotonic);
        if (passed - delay <= LATE_MS) return callback();
        timer.handle = clock.setTimeout(callback, GRACE_MS);
        onLate();
      };
      const timer: Timer = { handle: clock.setTimeout(due, delay) };
      return timer;
    },
  };
}
