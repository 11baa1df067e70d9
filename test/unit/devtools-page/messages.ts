/** What a dev server and an inspector would send, in few words. */
import type { LiveView } from "../../../src/dev-server/devtools/messages";
import type { ActorMessage, SnapshotMessage } from "../../../src/inspect/messages";

const DOOR = {
  id: "door",
  initial: "shut",
  states: {
    shut: { on: { push: "open", lock: "locked" } },
    locked: { on: { unlock: "shut" } },
    open: {
      initial: "wide",
      on: { push: "shut" },
      states: { wide: { tags: "detail", after: { slack: "ajar" } }, ajar: { tags: ["detail"] } },
    },
  },
};

export function actorMessage(part: Partial<ActorMessage> = {}): ActorMessage {
  return {
    type: "@xstate.actor",
    _version: "0.7.1",
    id: "1",
    createdAt: "1000",
    sessionId: "s1",
    rootId: "s1",
    name: "door",
    parentId: undefined,
    definition: JSON.stringify(DOOR),
    snapshot: { status: "active", value: "shut", context: {} },
    ...part,
  };
}

export function snapshotMessage(
  value: unknown,
  event: string,
  part: Partial<SnapshotMessage> = {},
): SnapshotMessage {
  return {
    type: "@xstate.snapshot",
    _version: "0.7.1",
    id: "2",
    createdAt: "2000",
    sessionId: "s1",
    rootId: "s1",
    event: { type: event },
    snapshot: { status: "active", value, context: {} },
    ...part,
  };
}

export function liveView(part: Partial<LiveView> = {}): LiveView {
  return {
    server: { version: "1", flagsFile: undefined, localEvaluation: false, startedAt: 0 },
    flags: [],
    users: [],
    events: [],
    telemetry: [],
    requests: [],
    totals: { requests: 0, events: 0, evaluations: 0 },
    faults: [],
    streams: 0,
    sources: [],
    actors: [],
    inspection: [],
    ...part,
  };
}
