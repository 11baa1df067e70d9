/** A conversion event as it waits to be sent. */
export interface OutgoingEvent {
  readonly flagKey: string;
  readonly eventName: string;
  readonly userId: string;
  readonly variationId?: string | undefined;
  readonly value?: number | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** When `track()` was called, in milliseconds since the epoch. */
  readonly timestamp: number;
}

/** The body of `POST /api/v1/sdk/events`. */
export function eventsBody(events: readonly OutgoingEvent[]): string {
  return `{"events":[${events.map(eventJson).join(",")}]}`;
}

/** One event inside that body; its length tells how many events fit into a request. */
export function eventJson(event: OutgoingEvent): string {
  const { flagKey, eventName, userId, variationId, value, metadata } = event;
  const timestamp = rfc3339(event.timestamp);
  // `JSON.stringify` leaves out what is undefined, which is how the wire wants absent fields.
  return JSON.stringify({
    flagKey,
    eventName,
    userId,
    variationId,
    value: Number.isFinite(value) ? value : undefined,
    metadata,
    timestamp,
  });
}

// RFC 3339 ends with the year 9999, and the server refuses a whole batch for one bad timestamp.
const LAST_MOMENT = 253_402_300_799_999;

function rfc3339(ms: number): string {
  return new Date(Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), LAST_MOMENT)).toISOString();
}
