/** Runs one task after the other, in the order they came; a failed one does not stop the next. */
export type Serial = <T>(task: () => Promise<T>) => Promise<T>;

/** Makes a {@link Serial}. */
export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => {});
    return result;
  };
}
