import type { LiveMessage, LiveView } from "../../dev-server/devtools/messages";
import { appended } from "./bounded";
import { reduceInspection, registered } from "./inspection";
import { EMPTY, KEPT, type PageState } from "./page-state";

/** The page's state after a message of the dev server. */
export function reduce(state: PageState, message: LiveMessage): PageState {
  switch (message.type) {
    case "batch":
      return message.messages.reduce(reduce, state);
    case "all":
      return begin(message.view);
    case "flags":
      return { ...state, flags: message.flags, flagsRefused: undefined };
    case "flags_refused":
      return { ...state, flagsRefused: message.message };
    case "users":
      return { ...state, users: message.users };
    case "events": {
      const events = appended(state.events, message.events, KEPT.records);
      return { ...state, events, totals: message.totals };
    }
    case "telemetry": {
      const telemetry = appended(state.telemetry, [message.report], KEPT.records);
      return { ...state, telemetry, totals: message.totals };
    }
    case "request": {
      const requests = appended(state.requests, [message.request], KEPT.records);
      return { ...state, requests, totals: message.totals };
    }
    case "faults":
      return { ...state, faults: message.faults };
    case "streams":
      return { ...state, streams: message.count };
    case "source":
      return { ...state, sources: new Map(state.sources).set(message.source.id, message.source) };
    case "inspection":
      return reduceInspection(state, message.sourceId, message.seq, message.message);
    default:
      // What a newer server says besides.
      return state;
  }
}

function begin(view: LiveView): PageState {
  const { actors, inspection, sources, events, telemetry, requests, ...rest } = view;
  const bare: PageState = {
    ...EMPTY,
    ...rest,
    events: appended([], events, KEPT.records),
    telemetry: appended([], telemetry, KEPT.records),
    requests: appended([], requests, KEPT.records),
    sources: new Map(sources.map((source) => [source.id, source])),
  };
  // The past is told with actors whose states are not known yet: where each was
  // when the kept history begins nobody remembers.
  const unknown = actors.reduce(
    (state, { sourceId, actor }) =>
      registered(state, sourceId, { ...actor, snapshot: { ...actor.snapshot, value: undefined } }),
    bare,
  );
  const told = inspection.reduce(
    (state, { sourceId, seq, message }) => reduceInspection(state, sourceId, seq, message),
    unknown,
  );
  return actors.reduce((state, { sourceId, actor }) => registered(state, sourceId, actor), told);
}
