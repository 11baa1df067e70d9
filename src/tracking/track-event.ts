import { ValidationError } from "../errors/validation-error";
import { eventJson } from "../protocol/events-body";
import { CopyError, copyJson, type SizeBounds } from "./copy-json";
import { type JsonObject, MAX_EVENT_BYTES, type TrackedEvent } from "./tracked-event";
import { utf8Length } from "./utf8-length";

/**
 * Checks what an app gave to `track()` and copies it, so that nothing the app
 * does later changes the event.
 *
 * @param options meant to be `TrackOptions`, but anything is taken.
 * @param now when `track()` was called, in milliseconds since the epoch.
 * @throws ValidationError that says what is wrong, and nothing else, whatever
 *   `options` is.
 */
export function makeTrackEvent(
  options: unknown,
  currentUserId: string | undefined,
  now: number,
): TrackedEvent {
  try {
    return read(options, currentUserId, now);
  } catch (error) {
    if (error instanceof ValidationError) throw error;
    throw refused("reading it threw (a getter, a proxy or a toJSON method)");
  }
}

function read(options: unknown, currentUserId: string | undefined, now: number): TrackedEvent {
  if (typeof options !== "object" || options === null) throw refused("an object is expected");
  // Each member is read once: a getter must not show the check one value and the copy another.
  const {
    flagKey,
    eventName,
    userId = currentUserId,
    variationId,
    value,
    metadata,
  } = options as { readonly [K in keyof TrackedEvent]?: unknown };
  if (!isText(flagKey)) throw refused("flagKey must be a non-empty string");
  if (!isText(eventName)) throw refused("eventName must be a non-empty string");
  if (userId === undefined) throw refused("there is no current user and no userId");
  if (!isText(userId)) throw refused("userId must be a non-empty string");
  if (!isOptional(variationId, "string")) throw refused("variationId must be a string");
  if (!isOptional(value, "number") || !Number.isFinite(value ?? 0))
    throw refused("value must be a finite number");
  const size = sizeOfTexts(
    flagKey.length + eventName.length + userId.length + (variationId?.length ?? 0),
  );
  const event = {
    flagKey,
    eventName,
    userId,
    variationId,
    value,
    metadata: metadata === undefined ? undefined : readMetadata(metadata, size),
    timestamp: now,
  };
  if (size.atMost > MAX_EVENT_BYTES) refuseLarge(event, size);
  return event;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

interface Primitives {
  readonly string: string;
  readonly number: number;
}

function isOptional<T extends keyof Primitives>(
  value: unknown,
  type: T,
): value is Primitives[T] | undefined {
  return value === undefined || typeof value === type;
}

/** Names, punctuation, the longest number and the longest timestamp, rounded up. */
const ENVELOPE_BYTES = 256;

/** Most events are far from the limit: lengths alone tell, and nothing need be serialised. */
function sizeOfTexts(units: number): SizeBounds {
  return { atLeast: units, atMost: units * 6 + ENVELOPE_BYTES };
}

function refuseLarge(event: TrackedEvent, size: SizeBounds): void {
  if (size.atLeast > MAX_EVENT_BYTES || utf8Length(eventJson(event)) > MAX_EVENT_BYTES)
    throw refused(`it takes more than ${MAX_EVENT_BYTES} bytes`);
}

function readMetadata(metadata: unknown, size: SizeBounds): JsonObject {
  if (!isPlainObject(metadata)) throw refused("metadata must be a plain object");
  try {
    const copied = copyJson(metadata, MAX_EVENT_BYTES, size);
    if (isPlainObject(copied)) return copied as JsonObject;
  } catch (error) {
    if (error instanceof CopyError) throw refused(`metadata ${error.message}`);
    throw error;
  }
  throw refused("metadata must be a plain object");
}

/** Of any realm: `Object.prototype` is the one prototype that has none itself. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function refused(why: string): ValidationError {
  return new ValidationError(`The event was refused: ${why}.`);
}
