import { readJson } from "../http/read-body";
import { invalid } from "../http/refusal";
import { json } from "../http/reply";
import { isRecord } from "../is-record";
import type { RecordedEvent } from "../records";
import { isTimestamp } from "../timestamp";
import type { Handler } from "./route";

/** `POST /api/v1/sdk/events`: records a batch of conversion events, all or none. */
export const receiveEvents: Handler = async (exchange, state) => {
  const body = await readJson(exchange.request);
  const batch = isRecord(body) ? body["events"] : undefined;
  if (!Array.isArray(batch)) throw invalid("events", "must be a list");
  const events = batch.map((event, index) => readEvent(event, `events[${index}]`));
  state.receiveEvents(events);
  return json(200, { received: events.length }, { note: count(events.length, "event") });
};

/** `1 event`, `2 events`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

function readEvent(event: unknown, field: string): RecordedEvent {
  if (!isRecord(event)) throw invalid(field, "must be an object");
  for (const name of ["flagKey", "eventName", "userId"]) {
    const value = event[name];
    if (typeof value !== "string" || value === "") {
      throw invalid(`${field}.${name}`, "must be non-empty text");
    }
  }
  const { timestamp, variationId, value, metadata } = event;
  if (!isTimestamp(timestamp)) {
    throw invalid(`${field}.timestamp`, "must be RFC 3339 text such as 2026-01-31T12:00:00Z");
  }
  if (variationId !== undefined && typeof variationId !== "string") {
    throw invalid(`${field}.variationId`, "must be text or left out");
  }
  if (value !== undefined && typeof value !== "number") {
    throw invalid(`${field}.value`, "must be a number or left out");
  }
  if (metadata !== undefined && !isRecord(metadata)) {
    throw invalid(`${field}.metadata`, "must be an object or left out");
  }
  return event as unknown as RecordedEvent;
}
