import { fromCallback } from "xstate";
import type { ConnectionEvent, StreamEvent } from "../../machines";
import { ensureRollgateError } from "../errors";
import type { RawRules, StreamMessage } from "../protocol";
import type { ReadStream } from "../sse";
import type { PortsOf } from "./ports-of";

/** What reading the stream needs. */
export interface ReadStreamPorts {
  /** Reads the stream of the current user. */
  readonly readStream: ReadStream;
  readonly rules: {
    /** Keeps a rule set until it is compiled: machines only hear that there is one. */
    receive(rules: RawRules): void;
  };
}

const ENDS = {
  unwanted: "stream.finished",
  rekeyed: "stream.rekeyed",
  ended: "stream.closed",
  idle: "stream.closed",
} as const;

/** Reads the event stream and says what it heard. It does not reconnect. */
export function defineReadStreamActor(portsOf: PortsOf<ReadStreamPorts>) {
  return fromCallback<ConnectionEvent, { epoch: number }>(({ sendBack, input, system }) => {
    const ports = portsOf(system);
    const abort = new AbortController();
    const { signal } = abort;
    const tell = (event: StreamEvent) => {
      if (!signal.aborted) sendBack(event);
    };
    ports
      .readStream({
        signal,
        onOpen: () => tell({ type: "stream.opened" }),
        onRetry: (delayMs) => tell({ type: "stream.retry", delayMs }),
        onMessage: (message) => tell(eventOf(message, input.epoch, ports)),
      })
      .then((end) => tell({ type: ENDS[end] }))
      .catch((error) => tell({ type: "stream.failed", error: ensureRollgateError(error) }));
    return () => abort.abort();
  });
}

function eventOf(message: StreamMessage, epoch: number, ports: ReadStreamPorts): StreamEvent {
  if (message.type === "init") return { type: "stream.init", epoch, flags: message.flags };
  if (message.type === "flag-changed") return { type: "stream.changed" };
  ports.rules.receive(message);
  return { type: "stream.rules" };
}
