import { fromCallback } from "xstate";
import type { ConnectionEvent, StreamEvent } from "../../machines";
import { ensureRollgateError } from "../errors";
import type { RawRules, StreamMessage } from "../protocol";
import type { ReadStream } from "../sse";

/** What reading the stream needs. */
export interface ReadStreamPorts {
  /** Reads the stream of the current user. */
  readonly read: ReadStream;
  /** Keeps a rule set until it is compiled: machines only hear that there is one. */
  receiveRules(rules: RawRules): void;
}

const ENDS = {
  unwanted: "stream.finished",
  rekeyed: "stream.rekeyed",
  ended: "stream.closed",
  idle: "stream.closed",
} as const;

/** Reads the event stream and says what it heard. It does not reconnect. */
export function defineReadStreamActor({ read, receiveRules }: ReadStreamPorts) {
  function eventOf(message: StreamMessage, epoch: number): StreamEvent {
    if (message.type === "init") return { type: "stream.init", epoch, flags: message.flags };
    if (message.type === "flag-changed") return { type: "stream.changed" };
    receiveRules(message);
    return { type: "stream.rules" };
  }

  return fromCallback<ConnectionEvent, { epoch: number }>(({ sendBack, input }) => {
    const abort = new AbortController();
    const { signal } = abort;
    const tell = (event: StreamEvent) => {
      if (!signal.aborted) sendBack(event);
    };
    read({
      signal,
      onOpen: () => tell({ type: "stream.opened" }),
      onRetry: (delayMs) => tell({ type: "stream.retry", delayMs }),
      onMessage: (message) => tell(eventOf(message, input.epoch)),
    })
      .then((end) => tell({ type: ENDS[end] }))
      .catch((error) => tell({ type: "stream.failed", error: ensureRollgateError(error) }));
    return () => abort.abort();
  });
}
