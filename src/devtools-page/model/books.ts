import { type Client, factsOf } from "./clients";

/** A client's account of its events: accepted = delivered + pending + dropped. */
export interface Books {
  readonly client: Client;
  readonly accepted: number;
  readonly delivered: number;
  readonly pending: number;
  readonly dropped: number;
  /** Never entered the queue, so that they are no part of the sum. */
  readonly refused: number;
  readonly addsUp: boolean;
}

/** The books of all clients that keep some. */
export function booksOf(clients: readonly Client[]): readonly Books[] {
  return clients.flatMap((client) => {
    const facts = factsOf(client);
    if (facts?.accepted === undefined) return [];
    const { accepted, delivered = 0, pending = 0, dropped = 0, refused = 0 } = facts;
    const addsUp = accepted === delivered + pending + dropped;
    return { client, accepted, delivered, pending, dropped, refused, addsUp };
  });
}
