import type { Clock } from "../../src";

/** How much longer than a client a test waits, on a machine that does other work. */
const PATIENCE = 100;

/** Real time whose timers are late: a storage that is slow on a busy machine is not given up. */
export const patientClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms * PATIENCE),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};
