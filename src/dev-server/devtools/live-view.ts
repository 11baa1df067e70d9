import { version } from "../../../package.json";
import type { ServerState } from "../state";
import type { ActiveFault, FlagRow, LiveView } from "./messages";

/** How many of each list a page gets to begin with. */
const MAX_LISTED = 200;

/** All that the page needs to begin. */
export function liveView(state: ServerState): LiveView {
  const { inspection, options } = state;
  return {
    server: {
      version,
      flagsFile: state.flagsPath,
      localEvaluation: options.localEvaluation,
      startedAt: state.startedAt,
    },
    flags: flagRows(state),
    users: latestUsers(state),
    events: state.events.numbered(MAX_LISTED),
    telemetry: state.telemetry.numbered(MAX_LISTED),
    requests: state.requests.numbered(MAX_LISTED),
    totals: state.totals,
    faults: activeFaults(state),
    streams: state.streams.count,
    sources: inspection.sources,
    actors: inspection.actors,
    inspection: inspection.latest,
  };
}

export function flagRows({ book }: ServerState): readonly FlagRow[] {
  return Object.entries(book.file.flags).map(([key, definition]) => ({ key, definition }));
}

/** The latest users, by when each was first identified. */
export function latestUsers({ users }: ServerState): LiveView["users"] {
  return [...users.values()].slice(-MAX_LISTED);
}

export function activeFaults({ faults }: ServerState): readonly ActiveFault[] {
  return faults.list().map(({ id, ...fault }) => ({ id, fault }));
}
