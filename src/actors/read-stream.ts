import { fromCallback } from "xstate";
import type { ConnectionEvent, StreamEvent } from "../../machines";
import { ensureRollgateError, isAuthenticationError } from "../errors";
import { type RawRules, readStreamEvent } from "../protocol";
import { readSse } from "../sse";
import type { Clock } from "../time/clock";

/** What reading the stream needs. */
export interface ReadStreamPorts {
  /**
   * Opens the stream of the current user, the key in the header or in the query;
   * `undefined` when the server wants none (204). Rejects with a typed error.
   */
  open(
    keyIn: "header" | "query",
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Keeps a rule set until it is compiled: machines only hear that there is one. */
  receiveRules(rules: RawRules): void;
  readonly clock: Clock;
  readonly idleTimeoutMs: number;
  readonly maxEventBytes: number;
}

/**
 * Reads the event stream and says what it heard. It does not reconnect. Some
 * servers take the key only from the query: after a 401 that is tried once, and
 * what worked is remembered.
 */
export function defineReadStreamActor(ports: ReadStreamPorts) {
  let keyIn: "header" | "query" = "header";

  async function open(signal: AbortSignal) {
    try {
      return await ports.open(keyIn, signal);
    } catch (error) {
      if (keyIn === "query" || !isAuthenticationError(error)) throw error;
      const stream = await ports.open("query", signal);
      keyIn = "query";
      return stream;
    }
  }

  return fromCallback<ConnectionEvent, { epoch: number }>(({ sendBack, input }) => {
    const abort = new AbortController();
    const { signal } = abort;
    const tell = (event: StreamEvent) => {
      if (!signal.aborted) sendBack(event);
    };

    async function read(): Promise<void> {
      const stream = await open(signal);
      if (stream === undefined) return tell({ type: "stream.finished" });
      tell({ type: "stream.opened" });
      await readSse({
        stream,
        signal,
        clock: ports.clock,
        idleTimeoutMs: ports.idleTimeoutMs,
        maxEventBytes: ports.maxEventBytes,
        onRetry: (delayMs) => tell({ type: "stream.retry", delayMs }),
        onMessage(event, data) {
          const message = readStreamEvent(event, data);
          if (message === undefined) return;
          if (message.type === "init") {
            tell({ type: "stream.init", epoch: input.epoch, flags: message.flags });
          } else if (message.type === "flag-changed") tell({ type: "stream.changed" });
          else {
            ports.receiveRules(message);
            tell({ type: "stream.rules" });
          }
        },
      });
      tell({ type: "stream.closed" });
    }

    read().catch((error) => tell({ type: "stream.failed", error: ensureRollgateError(error) }));
    return () => abort.abort();
  });
}
