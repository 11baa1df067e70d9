import type { Clock } from "../time/clock";

/** The time of browsers and edge servers, by the web's own means. */
export const webClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as number),
};
