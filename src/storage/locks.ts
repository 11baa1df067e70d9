/** The part of `navigator.locks` that outboxes use. */
export interface Locks {
  request(
    name: string,
    options: { readonly ifAvailable: true },
    callback: (lock: unknown) => Promise<void> | undefined,
  ): Promise<unknown>;
}

/**
 * Takes the lock `name` and keeps it until the returned function is called, or
 * this tab is gone.
 *
 * @returns `undefined` when another tab has it.
 */
export function takeLock(locks: Locks, name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const hold = (lock: unknown) => {
      if (lock !== null) return new Promise<void>(resolve);
      resolve(undefined);
      return undefined;
    };
    locks.request(name, { ifAvailable: true }, hold).catch(reject);
  });
}
