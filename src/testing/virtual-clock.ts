import { type Clock, ConfigurationError } from "rollgate";

interface Timer {
  readonly id: number;
  readonly callback: () => void;
  /** Monotonic time at which it is due. */
  readonly at: number;
  readonly ms: number;
}

/**
 * Time that only moves when a test says so. All durations are milliseconds, finite
 * and not negative; anything else is a `ConfigurationError`.
 */
export interface VirtualClock extends Clock {
  /** Moves all clocks forward, running each timer at its time; also those set meanwhile. */
  advance(ms: number): void;
  /** Moves the wall clock alone, either way: no timer runs. */
  jump(ms: number): void;
  /** The machine slept: all clocks move at once, then what is due runs, late. */
  sleep(ms: number): void;
  /** Waits until a timer of that many milliseconds (or one that fits) is pending. */
  timer(ms: number | ((ms: number) => boolean)): Promise<void>;
  /** Milliseconds until the next timer is due; absent: none is pending. */
  readonly untilNext: number | undefined;
  /** How many timers were set so far. */
  readonly timersSet: number;
  /** Delays of the timers that are pending, as they were set, soonest first. */
  pending(): readonly number[];
}

/**
 * Makes a `clock` for a client, which a test moves by hand. Only the client's own
 * time is virtual: a network that is real takes real time, so wait for the request
 * or the event before you go on.
 * @param start wall time, in milliseconds since the epoch; unset: 1 January 2026, UTC
 * @throws ConfigurationError when `start` is no finite number.
 * @example
 * const clock = createVirtualClock();
 * const client = createTestClient({ clock });
 * clock.advance(30_000); // runs what falls due, in order, each at its own time
 */
export function createVirtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let wall = finite("createVirtualClock(start)", start);
  let monotonic = 0;
  let lastId = 0;
  const timers = new Map<number, Timer>();
  const waiters = new Set<{ fits: (ms: number) => boolean; resolve: () => void }>();

  const soonest = () => [...timers.values()].sort((a, b) => a.at - b.at || a.id - b.id);
  const run = (timer: Timer) => {
    timers.delete(timer.id);
    timer.callback();
  };
  // Looked for without sorting: a fleet of clients on one clock has thousands of timers.
  const due = (end: number) => {
    let first: Timer | undefined;
    for (const timer of timers.values()) {
      if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
    }
    return first;
  };
  const runUntil = (end: number) => {
    for (let next = due(end); next !== undefined; next = due(end)) {
      wall += Math.max(0, next.at - monotonic);
      monotonic = Math.max(monotonic, next.at);
      run(next);
    }
  };

  return {
    now: () => wall,
    monotonic: () => monotonic,
    setTimeout(callback, ms) {
      const timer = { id: ++lastId, callback, at: monotonic + ms, ms };
      timers.set(timer.id, timer);
      for (const waiter of [...waiters]) {
        if (!waiter.fits(ms)) continue;
        waiters.delete(waiter);
        waiter.resolve();
      }
      return timer.id;
    },
    get untilNext() {
      const next = due(Number.POSITIVE_INFINITY);
      return next === undefined ? undefined : Math.max(0, next.at - monotonic);
    },
    get timersSet() {
      return lastId;
    },
    clearTimeout: (handle) => void timers.delete(handle as number),
    advance(ms) {
      const end = monotonic + duration("advance(ms)", ms);
      runUntil(end);
      wall += end - monotonic;
      monotonic = end;
    },
    jump(ms) {
      wall += finite("jump(ms)", ms);
    },
    sleep(ms) {
      duration("sleep(ms)", ms);
      wall += ms;
      monotonic += ms;
      runUntil(monotonic);
    },
    timer(wanted) {
      const fits = typeof wanted === "function" ? wanted : (ms: number) => ms === wanted;
      if (typeof wanted !== "function") duration("timer(ms)", wanted);
      if ([...timers.values()].some(({ ms }) => fits(ms))) return Promise.resolve();
      return new Promise((resolve) => waiters.add({ fits, resolve }));
    },
    pending: () => soonest().map(({ ms }) => ms),
  };
}

function duration(what: string, ms: number): number {
  if (finite(what, ms) < 0) {
    throw new ConfigurationError(`${what}: give milliseconds that are not negative.`, "clock");
  }
  return ms;
}

function finite(what: string, ms: number): number {
  if (typeof ms === "number" && Number.isFinite(ms)) return ms;
  throw new ConfigurationError(`${what}: give a finite number of milliseconds.`, "clock");
}
