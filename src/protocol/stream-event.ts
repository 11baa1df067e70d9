import { InvalidResponseError } from "../errors/invalid-response-error";
import type { Flag } from "../flags/flag";
import { readFlagsV1 } from "./flags-v1";
import { isRecord, ownValue, type WireRecord } from "./record";

/** What one event of the stream means to the client. */
export type StreamMessage =
  /** The full evaluated set, without reasons. */
  | { readonly type: "init"; readonly flags: Map<string, Flag> }
  /** A flag's configuration changed; what it now is for this user must be asked. */
  | { readonly type: "flag-changed"; readonly key: string }
  | ({ readonly type: "rules-full" } & RawRules);

/** A full rule set, its rules unread. */
export interface RawRules {
  readonly version: string;
  readonly flags: WireRecord;
}

/**
 * Reads one server-sent event.
 *
 * @returns `undefined` for events that this client does not know.
 * @throws InvalidResponseError when a known event carries data that is not its own.
 */
export function readStreamEvent(
  event: string | undefined,
  data: string,
): StreamMessage | undefined {
  switch (event) {
    case "init":
      return { type: "init", flags: readFlagsV1(parseObject(event, data)) };
    case "flag-changed":
    case "flag-update":
      return readFlagChanged(event, data);
    case "rules-full":
      return readRulesFull(event, data);
    // `message` is the standard's name for an event without one.
    case undefined:
    case "message":
      return readPlain(data);
    default:
      return undefined;
  }
}

function readFlagChanged(event: string, data: string): StreamMessage {
  const key = ownValue(parseObject(event, data), "key");
  if (typeof key !== "string") throw broken(event, "names no flag");
  return { type: "flag-changed", key };
}

function readRulesFull(event: string, data: string): StreamMessage {
  const body = parseObject(event, data);
  const version = ownValue(body, "version");
  const flags = ownValue(body, "flags");
  if (typeof version !== "string") throw broken(event, "has no version");
  if (!isRecord(flags)) throw broken(event, "has no `flags` object");
  return { type: "rules-full", version, flags };
}

/** The oldest servers' full set. Any other text without an event name is nobody's message. */
function readPlain(data: string): StreamMessage | undefined {
  const body = parse(data);
  const flags = isRecord(body) ? ownValue(body, "flags") : undefined;
  if (!isRecord(flags) || !Object.values(flags).every(isBoolean)) return undefined;
  return { type: "init", flags: readFlagsV1(body) };
}

function parseObject(event: string, data: string): WireRecord {
  const body = parse(data);
  if (!isRecord(body)) throw broken(event, "is no JSON object");
  return body;
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function broken(event: string, what: string): InvalidResponseError {
  return new InvalidResponseError(`The stream event \`${event}\` ${what}.`);
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}
