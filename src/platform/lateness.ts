import { type Clock, MAX_TIMER_MS } from "../time/clock";

/** A timer this much behind its time means that the process was not running, in milliseconds. */
const LATE_MS = 5_000;

/**
 * A clock that notices when nobody ran: a laptop that slept, a frozen page, a wall
 * clock that jumped. Delays beyond what timers can hold are shortened to that.
 */
export function watchLateness(clock: Clock, onLate: () => void): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    clearTimeout: (handle) => clock.clearTimeout(handle),
    setTimeout(callback, ms) {
      const delay = Math.min(Math.max(ms, 0), MAX_TIMER_MS);
      const wall = clock.now();
      const monotonic = clock.monotonic();
      return clock.setTimeout(() => {
        const passed = Math.max(clock.now() - wall, clock.monotonic() - monotonic);
        if (passed - delay > LATE_MS) onLate();
        callback();
      }, delay);
    },
  };
}
