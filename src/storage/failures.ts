import { RollgateError } from "../errors/rollgate-error";

/** What a storage is asked to do. */
export type StorageOperation = "get" | "set" | "delete" | "keys";

/** Makes the error for a storage that let us down; `problem` completes "the storage …". */
export function storageError(problem: string): RollgateError {
  return new RollgateError(`The storage ${problem}.`, {
    code: "STORAGE_FAILED",
    category: "storage",
  });
}

/** What something that was thrown has to say, redacted, then shortened; total, whatever it is. */
export function messageOf(thrown: unknown, redact: (text: string) => string): string {
  try {
    const text = redact(textOf(thrown));
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  } catch {
    return SILENT;
  }
}

/** Browsers say what is wrong by the name of the error, often by that alone: `QuotaExceededError`. */
function textOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message || thrown.name;
  return String(thrown ?? SILENT);
}

const SILENT = "something without a message";

const LONGEST = 200;

/** Passes each key's first error on and drops the rest, and what has the reason of one that was passed on. */
export function createOnce(
  report: (error: RollgateError) => void,
): (key: string, error: () => RollgateError, reason?: string) => void {
  const told = new Set<string>();
  return (key, error, reason = key) => {
    if (told.has(key) || told.has(reason)) return;
    told.add(key).add(reason);
    report(error());
  };
}
