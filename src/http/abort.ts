/** What an aborted request rejects with; whoever aborted it ignores it. */
export function abortError(): DOMException {
  return new DOMException("The request was aborted.", "AbortError");
}

/**
 * Runs `work`, but rejects as soon as `signal` aborts, whether or not `work`
 * notices: not every fetch implementation does.
 */
export async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw abortError();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortError());
  });
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
