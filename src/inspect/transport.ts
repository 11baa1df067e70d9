import type { Outgoing } from "./outgoing";

/** The way to a receiver. Nothing that it does throws, or keeps a process alive. */
export interface Transport {
  /** Sets out to connect, unless it does already. */
  start(): void;
  stop(): void;
  /** @returns whether it was taken: there is a receiver, and it keeps up. */
  send(outgoing: Outgoing): boolean;
}

export interface TransportListener {
  /** Messages are taken from now on. @param anew by a receiver that knows nothing yet. */
  ready(anew: boolean): void;
  failed(error: Error): void;
}
