/** An item that knows the one after it; `undefined` until it is chained, and at the end. */
export interface Link<T> {
  next: T | undefined;
}

/**
 * Links items in their order. @returns the first
 *
 * What evaluations walk are chains and not lists: a list is two more places in
 * memory to visit, and waiting for memory is most of what an evaluation does.
 * Links are born with the item, since a member added later lies somewhere else.
 */
export function chain<T extends Link<T>>(items: readonly T[]): T | undefined {
  for (const [index, item] of items.entries()) item.next = items[index + 1];
  return items[0];
}
