/** A list whose later items can be waited for. */
export class Arrivals<T> {
  #items: T[] = [];
  #forgotten = 0;
  readonly #waiters = new Set<{ readonly nth: number; readonly resolve: (item: T) => void }>();

  /** Those that were not forgotten. */
  get items(): readonly T[] {
    return this.#items;
  }

  /** How many there were, also of those that were forgotten. */
  get count(): number {
    return this.#forgotten + this.#items.length;
  }

  add(item: T): void {
    this.#items.push(item);
    for (const waiter of this.#waiters) {
      if (waiter.nth !== this.count) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(item);
    }
  }

  /** The nth item, from 1: now or when it comes. */
  nth(nth: number): Promise<T> {
    const item = this.#items[nth - 1 - this.#forgotten];
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => this.#waiters.add({ nth, resolve }));
  }

  /** Lets go of what came so far; numbers go on. */
  forget(): void {
    this.#forgotten = this.count;
    this.#items = [];
  }
}
