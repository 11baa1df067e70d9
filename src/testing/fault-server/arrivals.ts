/** A list whose later items can be waited for. */
export class Arrivals<T> {
  readonly items: T[] = [];
  readonly #waiters: { readonly nth: number; readonly resolve: (item: T) => void }[] = [];

  add(item: T): void {
    this.items.push(item);
    for (const { nth, resolve } of this.#waiters) {
      if (nth === this.items.length) resolve(item);
    }
  }

  /** The nth item, from 1: now or when it comes. */
  nth(nth: number): Promise<T> {
    const item = this.items[nth - 1];
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => this.#waiters.push({ nth, resolve }));
  }
}
