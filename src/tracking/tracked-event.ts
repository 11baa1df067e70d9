import type { JsonValue } from "../flags/types";

/**
 * One conversion event as it waits in the queue: checked, copied, and always
 * with the same members in the same order.
 */
export interface TrackedEvent {
  readonly flagKey: string;
  readonly eventName: string;
  readonly userId: string;
  readonly variationId: string | undefined;
  readonly value: number | undefined;
  readonly metadata: JsonObject | undefined;
  /** When `track()` was called, in milliseconds since the epoch. */
  readonly timestamp: number;
}

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** The most UTF-8 bytes that one event may take on the wire: 32 KiB. */
export const MAX_EVENT_BYTES = 32_768;
