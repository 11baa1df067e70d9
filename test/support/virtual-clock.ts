/**
 * A client's `clock`, whose time only moves when a test says so.
 *
 * ```ts
 * const clock = createVirtualClock();
 * const client = createClient(server, { clock, random: () => 0.5 });   // 0.5: no jitter
 * await clock.timer(30_000);       // a timer of 30 s is pending, now or as soon as it is set
 * clock.advance(30_000);           // runs what falls due, in order, at its own time
 * clock.jump(86_400_000);          // the wall clock alone moves: no timer runs, monotonic time stands
 * clock.sleep(3_600_000);          // the machine slept: all clocks moved, due timers run late, at once
 * ```
 *
 * The network stays real: wait for the request or the event before you go on.
 */
import type { Clock } from "../../src";

interface Timer {
  readonly id: number;
  readonly callback: () => void;
  /** Monotonic time at which it is due. */
  readonly at: number;
  readonly ms: number;
}

export interface VirtualClock extends Clock {
  /** Moves all clocks forward, running each timer at its time; also those set meanwhile. */
  advance(ms: number): void;
  /** Moves the wall clock alone, either way. */
  jump(ms: number): void;
  /** Moves all clocks at once, then runs what is due: timers see that they are late. */
  sleep(ms: number): void;
  /** Waits until a timer of that many milliseconds (or one that fits) is pending. */
  timer(ms: number | ((ms: number) => boolean)): Promise<void>;
  /** How many timers were set so far: a stream sets one with each chunk that it received. */
  readonly timersSet: number;
  /** Delays of the timers that are pending, as they were set, soonest first. */
  pending(): readonly number[];
}

/** @param start wall time in milliseconds since the epoch */
export function createVirtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let wall = start;
  let monotonic = 0;
  let lastId = 0;
  const timers = new Map<number, Timer>();
  const waiters = new Set<{ fits: (ms: number) => boolean; resolve: () => void }>();

  const soonest = () => [...timers.values()].sort((a, b) => a.at - b.at || a.id - b.id);
  const run = (timer: Timer) => {
    timers.delete(timer.id);
    timer.callback();
  };
  const runUntil = (end: number) => {
    for (let next = soonest()[0]; next !== undefined && next.at <= end; next = soonest()[0]) {
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
    get timersSet() {
      return lastId;
    },
    clearTimeout: (handle) => void timers.delete(handle as number),
    advance(ms) {
      const end = monotonic + ms;
      runUntil(end);
      wall += end - monotonic;
      monotonic = end;
    },
    jump(ms) {
      wall += ms;
    },
    sleep(ms) {
      wall += ms;
      monotonic += ms;
      runUntil(monotonic);
    },
    timer(wanted) {
      const fits = typeof wanted === "number" ? (ms: number) => ms === wanted : wanted;
      if ([...timers.values()].some(({ ms }) => fits(ms))) return Promise.resolve();
      return new Promise((resolve) => waiters.add({ fits, resolve }));
    },
    pending: () => soonest().map(({ ms }) => ms),
  };
}
