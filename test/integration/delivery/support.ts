import type { RollgateClient, TrackOptions } from "../../../src";
import type { RollgateServer } from "../../support/rollgate-server";

/** An event of which only the name matters. */
export const event = (eventName: string): TrackOptions => ({
  flagKey: "beta",
  eventName,
  userId: "ann",
});

export interface SentEvent {
  readonly flagKey: string;
  readonly eventName: string;
  readonly userId: string;
  readonly timestamp: string;
  readonly [other: string]: unknown;
}

/** The events in each POST so far. */
export function batches(server: RollgateServer): readonly (readonly SentEvent[])[] {
  return server
    .requests("events")
    .map((request) => (request.json() as { events: readonly SentEvent[] }).events);
}

/** The names of the events in each POST so far. */
export function names(server: RollgateServer): readonly string[][] {
  return batches(server).map((batch) => batch.map(({ eventName }) => eventName));
}

/** `accepted − delivered − pending − dropped`: 0, or the account is wrong. */
export function imbalance(client: Pick<RollgateClient, "getEventStats">): number {
  const { accepted, delivered, pending, dropped } = client.getEventStats();
  return accepted - delivered - pending - dropped.overflow - dropped.rejected - dropped.closed;
}
