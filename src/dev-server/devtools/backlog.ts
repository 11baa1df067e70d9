/** The latest of a flood, bounded in number and in size. */
export class Backlog<T> {
  readonly #items: { readonly item: T; readonly bytes: number }[] = [];
  readonly #maxItems: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxItems: number, maxBytes: number) {
    this.#maxItems = maxItems;
    this.#maxBytes = maxBytes;
  }

  /** Oldest first. */
  get items(): readonly T[] {
    return this.#items.map(({ item }) => item);
  }

  add(item: T, bytes: number): void {
    this.#items.push({ item, bytes });
    this.#bytes += bytes;
    while (this.#items.length > this.#maxItems || this.#bytes > this.#maxBytes) {
      this.#bytes -= this.#items.shift()?.bytes ?? 0;
    }
  }
}
