import { fromPromise } from "xstate";
import type { BatchOutcome, Failure } from "../../machines";
import { ensureRollgateError, isAuthenticationError, retryAfterMsOf } from "../errors";
import type { PortsOf } from "./ports-of";

/** A batch on its way. Once another was taken, settling this one does nothing. */
export interface Batch {
  /** Items in it. */
  readonly size: number;
  post(signal: AbortSignal): Promise<{ readonly received: number | undefined }>;
  /** The server took the first `delivered` items and refused the others for good. */
  settle(delivered: number): void;
  /** Nothing was taken: the items wait at the front again. */
  putBack(): void;
}

/** The queue a flush loop empties. */
export interface BatchPorts {
  /** Takes the next batch of at most `limit` items. */
  next(limit: number): Batch;
  /** Items that wait, and how many of them fill a batch. */
  readonly pending: number;
  readonly batchSize: number;
}

/** One POST of one batch; it never fails, its outcome says what happened. */
export function defineSendBatchActor(portsOf: PortsOf<BatchPorts>) {
  return fromPromise<BatchOutcome, { limit: number }>(async ({ input, signal, system }) => {
    const ports = portsOf(system);
    const batch = ports.next(input.limit);
    if (batch.size === 0) return settled(ports, 0, 0);
    try {
      const { received = batch.size } = await batch.post(signal);
      const delivered = Math.min(received, batch.size);
      batch.settle(delivered);
      return settled(ports, delivered, batch.size - delivered);
    } catch (thrown) {
      const error = ensureRollgateError(thrown);
      const failure: Failure = { kind: "error", error };
      // Classes of one shape are one type to the compiler: a guard would rule all others out.
      const refusesKey: boolean = isAuthenticationError(thrown);
      if (refusesKey) {
        batch.putBack();
        return { type: "batch.unauthorized", failure };
      }
      const forMs = retryAfterMsOf(error);
      if (error.statusCode === 413 && batch.size > 1) {
        batch.putBack();
        return { type: "batch.tooLarge", limit: Math.floor(batch.size / 2) };
      }
      if (forMs === undefined && !error.retryable && isRefusal(error.statusCode)) {
        batch.settle(0);
        return settled(ports, 0, batch.size, failure);
      }
      batch.putBack();
      return forMs === undefined
        ? { type: "batch.failed", failure }
        : { type: "batch.held", forMs, failure };
    }
  });
}

function settled(
  ports: BatchPorts,
  delivered: number,
  rejected: number,
  failure?: Failure,
): BatchOutcome {
  const remaining = ports.pending;
  return {
    type: "batch.settled",
    delivered,
    rejected,
    remaining,
    full: remaining >= ports.batchSize,
    ...(failure && { failure }),
  };
}

/** Other failures without retry, such as a redirect, are mended by configuration: the items wait. */
function isRefusal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500;
}
