import type { RollgateError } from "../errors";

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: RollgateError) => void;
  /** Settles when progress has come this far. */
  readonly target: number;
}

/**
 * Promises that the app holds, by what they wait for. While any is unsettled the
 * process stays alive. A rejection that nobody awaits is no crash: it has been an
 * `error` event already.
 */
export class Pending<K extends string> {
  readonly #waiters = new Map<K, Waiter[]>();
  readonly #keepAlive: () => () => void;
  #release: (() => void) | undefined;

  constructor(keepAlive: () => () => void) {
    this.#keepAlive = keepAlive;
  }

  add(kind: K, target = 0): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      this.#waiters.set(kind, [...(this.#waiters.get(kind) ?? []), { resolve, reject, target }]);
    });
    this.#release ??= this.#keepAlive();
    promise.catch(() => {});
    return promise;
  }

  has(kind: K): boolean {
    return this.#waiters.has(kind);
  }

  /** @param progress settles only who waits for no more than this. */
  resolve(kind: K, progress = Number.POSITIVE_INFINITY): void {
    const waiters = this.#take(kind, progress);
    for (const waiter of waiters) waiter.resolve();
  }

  reject(kind: K, error: RollgateError): void {
    for (const waiter of this.#take(kind, Number.POSITIVE_INFINITY)) waiter.reject(error);
  }

  #take(kind: K, progress: number): Waiter[] {
    const waiters = this.#waiters.get(kind) ?? [];
    const later = waiters.filter(({ target }) => target > progress);
    if (later.length > 0) this.#waiters.set(kind, later);
    else this.#waiters.delete(kind);
    if (this.#waiters.size === 0) {
      this.#release?.();
      this.#release = undefined;
    }
    return waiters.filter(({ target }) => target <= progress);
  }
}
