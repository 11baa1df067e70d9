import type { InspectedEvent, InspectedSnapshot, InspectionMessage } from "../../inspect/messages";
import { isRecord } from "../is-record";

/** What a frame of an inspector turned out to be. */
export type Reading =
  | { readonly kind: "message"; readonly message: InspectionMessage }
  /** Of the protocol, but of no use here. */
  | { readonly kind: "unused" }
  /** `reason` continues a sentence that starts with “a message”. */
  | { readonly kind: "invalid"; readonly reason: string };

/** Deeper values could not be written as JSON again. */
const MAX_DEPTH = 100;
const STATUSES = ["active", "done", "error", "stopped"] as const;

/**
 * Reads one frame of an inspector: ours, or the Stately inspector of any XState app.
 * Those leave fields out and add others; what comes out is always complete, and no more.
 */
export function readInspection(text: string): Reading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return invalid("is no JSON");
  }
  if (!isRecord(value)) return invalid("is no object");
  if (isDeeperThan(value, MAX_DEPTH)) return invalid(`is nested deeper than ${MAX_DEPTH} levels`);
  const { type, sessionId } = value;
  if (typeof type !== "string" || !type.startsWith("@xstate.")) {
    return invalid("has no type of the Stately inspection protocol");
  }
  if (!KNOWN_TYPES.has(type)) return { kind: "unused" };
  if (typeof sessionId !== "string" || sessionId === "") return invalid("has no sessionId");
  const message = readMessage(type, sessionId, value);
  return typeof message === "string" ? invalid(message) : { kind: "message", message };
}

const KNOWN_TYPES: ReadonlySet<string> = new Set<InspectionMessage["type"]>([
  "@xstate.actor",
  "@xstate.event",
  "@xstate.snapshot",
]);

/** @returns what is wrong when it is no message */
function readMessage(
  type: string,
  sessionId: string,
  value: Record<string, unknown>,
): InspectionMessage | string {
  const base = {
    _version: text(value["_version"]) ?? "",
    id: text(value["id"]) ?? "",
    createdAt: text(value["createdAt"]) ?? String(Date.now()),
    sessionId,
    rootId: text(value["rootId"]) ?? sessionId,
  };
  if (type === "@xstate.actor") {
    return {
      type,
      ...base,
      name: text(value["name"]) ?? sessionId,
      parentId: text(value["parentId"]),
      definition: text(value["definition"]) ?? "{}",
      snapshot: readSnapshot(value["snapshot"]),
    };
  }
  const event = readEvent(value["event"]);
  if (event === undefined) return "has no event with a type";
  if (type === "@xstate.event") {
    return { type, ...base, sourceId: text(value["sourceId"]), event };
  }
  return { type: "@xstate.snapshot", ...base, event, snapshot: readSnapshot(value["snapshot"]) };
}

function readEvent(value: unknown): InspectedEvent | undefined {
  return isRecord(value) && typeof value["type"] === "string"
    ? (value as InspectedEvent)
    : undefined;
}

function readSnapshot(snapshot: unknown): InspectedSnapshot {
  const { status, value, context } = isRecord(snapshot) ? snapshot : {};
  return {
    status: STATUSES.find((one) => one === status) ?? "active",
    value: value ?? null,
    context: isRecord(context) ? context : {},
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(inner, depth - 1));
}

function invalid(reason: string): Reading {
  return { kind: "invalid", reason };
}
