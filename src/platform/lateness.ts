import { type Clock, MAX_TIMER_MS } from "../time/clock";
import type { PageSignal } from "./platform";

/** A timer this much behind its time means that the process was not running, in milliseconds. */
const LATE_MS = 5_000;
/** The same of a hidden page, whose timers browsers run once a minute. */
const LATE_HIDDEN_MS = 65_000;
/** What arrived while nobody ran goes first: answers wait in line beside the timers that give them up. */
const GRACE_MS = 500;

/** A clock that notices when nobody ran. */
export interface WatchedClock extends Clock {
  /** What the page tells of itself. */
  note(signal: PageSignal["type"]): void;
}

interface Timer {
  handle: unknown;
}

interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/**
 * A clock that notices when nobody ran: a laptop that slept, a frozen page, a wall
 * clock that jumped. Timers that are late for it come a little later still. Delays
 * beyond what timers can hold are shortened to that.
 * @param onLate called once for each return, however many timers were due meanwhile
 */
export function watchLateness(clock: Clock, onLate: () => void): WatchedClock {
  // The last monotonic time at which the page was known to be; infinite while it is.
  let hiddenUntil = Number.NEGATIVE_INFINITY;
  let absentUntil = Number.NEGATIVE_INFINITY;
  const moment = (): Moment => ({ wall: clock.now(), monotonic: clock.monotonic() });
  let returned: Moment | undefined;

  /** How long after its time a timer comes, whichever clock stood still meanwhile. */
  const lateness = (since: Moment, due: number) => {
    const passed = Math.max(clock.now() - since.wall, clock.monotonic() - since.monotonic);
    return passed - Math.max(due - since.monotonic, 0);
  };

  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    clearTimeout: (timer) => clock.clearTimeout((timer as Timer | undefined)?.handle),
    setTimeout(callback, ms) {
      const delay = Math.min(Math.max(ms, 0), MAX_TIMER_MS);
      const set = moment();
      const due = set.monotonic + delay;
      const run = () => {
        const slowed = hiddenUntil >= set.monotonic && absentUntil < set.monotonic;
        const limit = slowed ? LATE_HIDDEN_MS : LATE_MS;
        if (lateness(set, due) <= limit) return callback();
        timer.handle = clock.setTimeout(callback, GRACE_MS);
        // Many clocks do not count sleep: timers that were set before it are due long after it.
        const known = returned !== undefined && returned.monotonic >= set.monotonic;
        if (known && lateness(returned as Moment, due) <= limit) return;
        returned = moment();
        onLate();
      };
      const timer: Timer = { handle: clock.setTimeout(run, delay) };
      return timer;
    },
    note(signal) {
      if (signal === "hidden") hiddenUntil = Number.POSITIVE_INFINITY;
      if (signal === "shown") hiddenUntil = Math.min(hiddenUntil, clock.monotonic());
      if (signal === "left") absentUntil = Number.POSITIVE_INFINITY;
      if (signal === "returned") absentUntil = Math.min(absentUntil, clock.monotonic());
    },
  };
}
