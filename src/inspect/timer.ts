/** Calls back later, unless the process has ended. @returns how to call it off. */
export function later(callback: () => void, ms: number): () => void {
  const timer: unknown = setTimeout(callback, ms);
  (timer as { unref?(): void }).unref?.();
  return () => clearTimeout(timer as number);
}
