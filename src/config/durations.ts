import { MAX_TIMER_MS } from "../time/clock";

/** A shorter interval would be a tight loop. */
const MIN_INTERVAL_MS = 10;

/** Brings an interval to where it does no harm; 0 stays 0. */
export function interval(ms: number): number {
  return ms === 0 ? 0 : Math.max(ms, MIN_INTERVAL_MS);
}

/** A frozen copy whose every `…Ms` is a whole number of milliseconds that timers can hold. */
export function settled<T extends object>(options: T): Readonly<T> {
  const whole = Object.entries(options).map(([name, value]) => [
    name,
    name.endsWith("Ms") && value !== undefined ? settledMs(value) : value,
  ]);
  return Object.freeze(Object.fromEntries(whole));
}

function settledMs(ms: number): number {
  return Math.min(Math.ceil(ms), MAX_TIMER_MS);
}
