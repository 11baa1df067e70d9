import { shorten } from "./bytes";
import type { InspectedEvent, InspectedSnapshot } from "./messages";
import { type Fields, plainFields } from "./plain-fields";

/** A snapshot as XState has it, in as far as it is looked at. */
export interface RawSnapshot {
  readonly status: InspectedSnapshot["status"];
  readonly value?: unknown;
  readonly context?: unknown;
}

const MAX_TYPE = 200;
const MAX_DEPTH = 16;

/** What may leave of an event. XState's own carry inputs, outputs and errors: they are their type. */
export function projectEvent(event: unknown, texts: boolean): InspectedEvent {
  const { type: given } = Object(event) as { readonly type?: unknown };
  const type = shorten(typeof given === "string" ? given : "", MAX_TYPE);
  if (type.startsWith("xstate.")) return { type };
  return { ...plainFields(event, texts), type };
}

/** What may leave of a snapshot. @param facts shown in the context beside the machine's own. */
export function projectSnapshot(
  { status, value, context }: RawSnapshot,
  texts: boolean,
  facts: Fields | undefined,
): InspectedSnapshot {
  return {
    status,
    value: stateValue(value, MAX_DEPTH),
    context: { ...facts, ...plainFields(context, texts) },
  };
}

/** States by their names, and nothing that is no state value. */
function stateValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || depth === 0) return {};
  return Object.fromEntries(
    Object.entries(value).map(([region, inner]) => [region, stateValue(inner, depth - 1)]),
  );
}
