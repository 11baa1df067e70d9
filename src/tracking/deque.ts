/** A list that grows and shrinks at both ends in amortised constant time. */
export interface Deque<T> {
  readonly size: number;
  pushBack(item: T): void;
  /** Puts `items` before all others, in their order. */
  pushFront(items: readonly T[]): void;
  /** The item at `index` from the front, which must exist. */
  at(index: number): T;
  /** Removes and returns the first `count` items, fewer when there are fewer. */
  take(count: number): T[];
  toArray(): T[];
  clear(): void;
}

/** Makes an empty {@link Deque}. */
export function createDeque<T>(): Deque<T> {
  let items: (T | undefined)[] = [];
  let head = 0;

  // `shift` moves all the rest; leaving a hole and closing it when half the array is holes does not.
  function removeFront(count: number): void {
    items.fill(undefined, head, head + count);
    head += count;
    if (head * 2 < items.length) return;
    items = items.slice(head);
    head = 0;
  }

  return {
    get size() {
      return items.length - head;
    },
    pushBack(item) {
      items.push(item);
    },
    pushFront(front) {
      if (front.length > head) {
        items = [...front, ...items.slice(head)];
        head = 0;
        return;
      }
      head -= front.length;
      for (let i = 0; i < front.length; i++) items[head + i] = front[i];
    },
    at: (index) => items[head + index] as T,
    take(count) {
      const taken = items.slice(head, head + count) as T[];
      removeFront(taken.length);
      return taken;
    },
    toArray: () => items.slice(head) as T[],
    clear() {
      items = [];
      head = 0;
    },
  };
}
