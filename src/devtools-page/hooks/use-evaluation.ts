import { useEffect, useState } from "preact/hooks";
import type { Evaluation, FlagRow } from "../../dev-server/devtools/messages";
import { control } from "../live/control";

/** What a user gets, asked again whenever the flags change. */
export function useEvaluation(
  userId: string | undefined,
  flags: readonly FlagRow[],
): { readonly evaluation: Evaluation | undefined; readonly error: string | undefined } {
  const [evaluation, setEvaluation] = useState<Evaluation>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    const gone = new AbortController();
    control.evaluate(userId, gone.signal).then(
      (answer) => {
        setEvaluation(answer);
        setError(undefined);
      },
      (reason: unknown) => {
        if (!gone.signal.aborted)
          setError(reason instanceof Error ? reason.message : String(reason));
      },
    );
    return () => gone.abort();
  }, [userId, flags]);
  return { evaluation, error };
}
