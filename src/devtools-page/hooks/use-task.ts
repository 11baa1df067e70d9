import { useCallback, useState } from "preact/hooks";

/** Something asked of the server: whether it is under way, and why it failed. */
export interface Task {
  readonly isRunning: boolean;
  readonly error: string | undefined;
  /** Never rejects. */
  run(work: () => Promise<unknown>): Promise<void>;
}

export function useTask(): Task {
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<string>();
  const run = useCallback(async (work: () => Promise<unknown>) => {
    setRunning(true);
    setError(undefined);
    try {
      await work();
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
    } finally {
      setRunning(false);
    }
  }, []);
  return { isRunning, error, run };
}
