import { RollgateError } from "./rollgate-error";

/**
 * What a bug or foreign code threw, as one of our errors. The thrown thing itself
 * stays out: it may carry a request with its key.
 */
export function ensureRollgateError(thrown: unknown): RollgateError {
  if (thrown instanceof RollgateError) return thrown;
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return new RollgateError(`Something unexpected was thrown (${name}).`, { code: "UNEXPECTED" });
}
