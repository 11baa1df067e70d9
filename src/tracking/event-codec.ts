import { makeTrackEvent } from "./track-event";
import type { TrackedEvent } from "./tracked-event";

const VERSION = 1;

/** The text under which unsent events are kept beyond this process; empty when there are none. */
export function encodeEvents(events: readonly TrackedEvent[]): string {
  return events.length === 0 ? "" : JSON.stringify({ rollgate: VERSION, events });
}

/**
 * Reads what {@link encodeEvents} wrote, checking every event again.
 *
 * @returns the events that can be sent; none of a text that is no such text,
 *   whatever it is.
 */
export function decodeEvents(text: unknown): TrackedEvent[] {
  return eventsOf(text).flatMap((event) => {
    try {
      return [makeTrackEvent(event, undefined, timestampOf(event))];
    } catch {
      return [];
    }
  });
}

function eventsOf(text: unknown): readonly unknown[] {
  if (typeof text !== "string") return [];
  try {
    const { rollgate, events } = Object(JSON.parse(text));
    return rollgate === VERSION && Array.isArray(events) ? events : [];
  } catch {
    return [];
  }
}

/** @throws TypeError or RangeError when the event has no usable time. */
function timestampOf(event: unknown): number {
  const { timestamp } = event as { timestamp: unknown };
  if (typeof timestamp !== "number") throw new TypeError("no timestamp");
  return timestamp;
}
