import type { Clock } from "../time/clock";

/** What {@link inTime} rejects with when it gives up. */
export const TOO_LATE = Symbol("too late");

/**
 * Waits for `answer`, but not longer than `ms`.
 *
 * @param onLate called if it comes after all.
 */
export function inTime<T>(
  answer: PromiseLike<T> | T,
  ms: number,
  clock: Clock,
  onLate: () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let waiting = true;
    const timer = clock.setTimeout(() => {
      waiting = false;
      reject(TOO_LATE);
    }, ms);
    Promise.resolve(answer)
      .finally(() => (waiting ? clock.clearTimeout(timer) : onLate()))
      .then(resolve, reject);
  });
}
