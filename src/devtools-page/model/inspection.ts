import type { ActorMessage, InspectionMessage, SnapshotMessage } from "../../inspect/messages";
import { appended } from "./bounded";
import { eventName } from "./event-name";
import type { Machine } from "./machine";
import { machineOf } from "./machine-cache";
import { type Actor, KEPT, type PageState, type Step, type Transition } from "./page-state";
import { stateNames } from "./state-names";

/** The page's state after a message of an inspector. */
export function reduceInspection(
  state: PageState,
  sourceId: string,
  seq: number,
  message: InspectionMessage,
): PageState {
  switch (message.type) {
    case "@xstate.actor":
      return registered(state, sourceId, message);
    case "@xstate.snapshot":
      return moved(state, seq, message);
    default:
      return state;
  }
}

/** With an actor as it is; one that is known already keeps its history. */
export function registered(state: PageState, sourceId: string, message: ActorMessage): PageState {
  const { sessionId, rootId, name, snapshot } = message;
  const known = state.actors.get(sessionId);
  const machine = known?.machine ?? machineOf(message.definition);
  const states = namesOf(name, machine, snapshot.value);
  return withActor(state, {
    sessionId,
    sourceId,
    rootId,
    name,
    machine,
    snapshot,
    states,
    since: sinceOf(known, states, Number(message.createdAt)),
    latest: known?.latest,
  });
}

function moved(state: PageState, seq: number, message: SnapshotMessage): PageState {
  const actor = state.actors.get(message.sessionId);
  // Of an actor that never said who it is there is nothing to show.
  if (actor === undefined) return state;
  const { snapshot, event } = message;
  const at = Number(message.createdAt);
  const states = namesOf(actor.name, actor.machine, snapshot.value);
  const step: Step = {
    seq,
    sessionId: actor.sessionId,
    before: actor.snapshot.value,
    after: snapshot.value,
    eventType: event.type,
  };
  const isStep =
    step.before !== undefined && JSON.stringify(step.before) !== JSON.stringify(step.after);
  const taken = isStep ? transitionsOf(actor, states, step, at) : [];
  return withActor(
    { ...state, transitions: appended(state.transitions, taken, KEPT.transitions) },
    {
      ...actor,
      snapshot,
      states,
      since: sinceOf(actor, states, at),
      latest: isStep ? step : actor.latest,
    },
  );
}

function transitionsOf(actor: Actor, after: Actor["states"], step: Step, at: number): Transition[] {
  return [...after].flatMap(([region, to]) => {
    const from = actor.states.get(region);
    if (from === undefined || from === to) return [];
    return {
      id: `${step.seq} ${region}`,
      rootId: actor.rootId,
      region,
      from,
      to,
      event: eventName(step.eventType),
      at,
      heldMs: at - (actor.since.get(region) ?? at),
      step,
    };
  });
}

/** XState's own words where there is no machine to name states after. */
function namesOf(name: string, machine: Machine | undefined, value: unknown): Actor["states"] {
  if (value === undefined) return new Map();
  if (machine !== undefined) return stateNames(name, machine, value);
  return new Map([[name, typeof value === "string" ? value : JSON.stringify(value)]]);
}

function sinceOf(
  known: Pick<Actor, "states" | "since"> | undefined,
  states: Actor["states"],
  at: number,
): Actor["since"] {
  return new Map(
    [...states].map(([region, name]) => [
      region,
      known?.states.get(region) === name ? (known.since.get(region) ?? at) : at,
    ]),
  );
}

function withActor(state: PageState, actor: Actor): PageState {
  return { ...state, actors: new Map(state.actors).set(actor.sessionId, actor) };
}
