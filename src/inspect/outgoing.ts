import { bytesOf, CUT, fits, shorten } from "./bytes";
import { MAX_EVENT_BYTES, MAX_REGISTRATION_BYTES } from "./defaults";
import type { ActorMessage, InspectedSnapshot, InspectionMessage } from "./messages";
import { cutFields } from "./plain-fields";

/** A message, and its JSON text. */
export interface Outgoing<M extends InspectionMessage = InspectionMessage> {
  readonly message: M;
  readonly text: string;
}

/** Parts of the limit that an event's fields, a state value and a context get where all are too long. */
const EVENT_SHARE = 0.1;
const VALUE_SHARE = 0.25;
const CONTEXT_SHARE = 0.25;
/** A character takes up to six bytes of JSON. */
const MAX_TYPE = 64;

/** Cuts a message to the size that may leave, and says in it how much is missing. */
export function outgoingOf<M extends InspectionMessage>(message: M): Outgoing<M> {
  const max = message.type === "@xstate.actor" ? MAX_REGISTRATION_BYTES : MAX_EVENT_BYTES;
  const text = JSON.stringify(message);
  if (fits(text, max)) return { message, text };
  const short = shortened(message);
  return { message: short, text: JSON.stringify(short) };
}

function shortened<M extends InspectionMessage>(message: M): M {
  if (message.type === "@xstate.actor") {
    const { snapshot } = message as ActorMessage;
    return { ...message, snapshot: cutSnapshot(snapshot) };
  }
  const { type, ...fields } = message.event;
  const event = {
    ...cutFields(fields, MAX_EVENT_BYTES * EVENT_SHARE, bytesOf),
    type: shorten(type, MAX_TYPE),
  };
  if (message.type === "@xstate.event") return { ...message, event };
  return { ...message, event, snapshot: cutSnapshot(message.snapshot) };
}

function cutSnapshot({ status, value, context }: InspectedSnapshot): InspectedSnapshot {
  return {
    status,
    value: cutValue(value),
    context: cutFields(context, MAX_EVENT_BYTES * CONTEXT_SHARE, bytesOf),
  };
}

/** The outermost states, without those inside. */
function cutValue(value: unknown): unknown {
  const max = MAX_EVENT_BYTES * VALUE_SHARE;
  if (fits(JSON.stringify(value), max)) return value;
  if (typeof value !== "object" || value === null) return CUT;
  const outer = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, typeof inner === "string" ? inner : CUT]),
  );
  return cutFields(outer, max, bytesOf);
}
