import type { ActorRefFrom } from "xstate";
import { ensureRollgateError } from "../src/errors";
import { type CacheLoad, type ClientContext, clientSetup, type UserSwap } from "./client.setup";
import type { FetchFailed, FetchSucceeded, PermitRequested } from "./events";

const requestOf = ({ event }: { event: PermitRequested }) => ({ request: event });
const refuse = (kind: "offline" | "unauthorized") =>
  ({
    type: "refusePermit",
    params: ({ event }: { event: PermitRequested }) => ({ request: event, refusal: { kind } }),
  }) as const;
const wish = (by: "app" | "stream" | "probe") => ({ type: "wish", params: { by } }) as const;
const failureOf = ({ event }: { event: Pick<FetchFailed, "failure"> }) => ({
  failure: event.failure,
});
const fetchOf = ({ event }: { event: FetchSucceeded | FetchFailed }) => ({
  forced: event.forced,
  ...("failure" in event && { failure: event.failure }),
});
const initDone = { type: "settleInit", params: {} } as const;
const epochOf = ({ event }: { event: { epoch: number } }) => ({ epoch: event.epoch });
const current = { type: "current", params: epochOf } as const;
// Rules answer for the new user as they did for the old one.
const evaluated = {
  type: "evaluated",
  params: ({ event }: { event: UserSwap }) => event,
} as const;
const loadUser = {
  target: ".loading",
  actions: [{ type: "noteUser", params: ({ event }: { event: UserSwap }) => event }, "retireUser"],
} as const;
const adoptReserve = [
  {
    type: "adoptCache",
    params: ({ context }: { context: ClientContext }) => context.reserve as CacheLoad,
  },
  "forgetReserve",
] as const;
const fallBack = [
  {
    guard: { type: "currentWithReserve", params: epochOf },
    actions: [...adoptReserve, "doubtFlags"],
  },
  { guard: current, actions: "askForFlags" },
] as const;

/**
 * The root: owns every other machine and the user's epoch, routes between them and
 * speaks to the outside. Its regions are facts that hold side by side: how far the
 * client's life has come, whether flags are in hand, whether requests may leave.
 */
export const clientMachine = clientSetup.createMachine({
  id: "client",
  type: "parallel",
  context: ({ input }) => ({
    ...input,
    epoch: 0,
    identify: false,
    plain: false,
    flags: "dropped",
    age: 0,
    reserve: undefined,
  }),
  invoke: [
    { src: "hold", id: "hold", systemId: "hold" },
    {
      src: "circuit",
      id: "circuit",
      systemId: "circuit",
      input: ({ context }) => context.circuit,
    },
    {
      src: "connection",
      id: "connection",
      systemId: "connection",
      input: ({ context }) => context.connection,
    },
    {
      src: "refresh",
      id: "refresh",
      systemId: "refresh",
      input: ({ context }) => context.refresh,
    },
    {
      src: "freshness",
      id: "freshness",
      systemId: "freshness",
      input: ({ context }) => ({ of: "flags" as const, ...context.freshness }),
    },
    {
      src: "freshness",
      id: "rules",
      systemId: "rules",
      input: ({ context }) => ({ of: "rules" as const, ...context.freshness }),
    },
    {
      src: "flushTracking",
      id: "tracking",
      systemId: "tracking",
      input: ({ context }) => context.tracking,
    },
    {
      src: "flushTelemetry",
      id: "telemetry",
      systemId: "telemetry",
      input: ({ context }) => context.telemetry,
    },
    {
      src: "persistCache",
      id: "cache",
      systemId: "cache",
      input: ({ context }) => context.cache,
      onDone: { actions: { type: "noteStoreClosed", params: { type: "cache.closed" } } },
    },
    {
      src: "persistOutbox",
      id: "outbox",
      systemId: "outbox",
      input: ({ context }) => context.outbox,
      onDone: { actions: { type: "noteStoreClosed", params: { type: "outbox.closed" } } },
    },
    { src: "watchPage", id: "page", systemId: "page", onError: {} },
  ],
  // XState asks the root only when no region has answered: an event stands either
  // here or in the regions, never in both.
  on: {
    "permit.requested": [
      { guard: "offline", actions: refuse("offline") },
      { guard: { type: "fromRefresh", params: requestOf }, actions: forward() },
      { guard: "pageAbsent", actions: refuse("offline") },
      { guard: "keyRefused", actions: refuse("unauthorized") },
      { actions: forward() },
    ],
    refresh: { actions: wish("app") },
    // While the key is refused, only the connection's own question goes out.
    "probe.due": { guard: "keyAccepted", actions: wish("probe") },
    "user.established": {
      guard: current,
      actions: { type: "establishUser", params: ({ event }) => event },
    },
    "identify.failed": { actions: { type: "emitError", params: ({ event }) => event } },
    "stream.opened": { actions: { type: "tellFreshness", params: ({ event }) => event } },
    "stream.lost": {
      actions: [{ type: "tellFreshness", params: ({ event }) => event }, "doubtRules"],
    },
    "flags.vouched": {
      actions: [{ type: "emitAsIs", params: ({ event }) => event }, "touchCache"],
    },
    "stream.failed": { actions: { type: "emitError", params: ({ event }) => event } },
    "circuit.opened": {
      actions: [{ type: "emitAsIs", params: ({ event }) => event }, "abandonRetries"],
    },
    "circuit.halfOpened": { actions: { type: "emitAsIs", params: ({ event }) => event } },
    "circuit.closed": { actions: { type: "emitAsIs", params: ({ event }) => event } },
    "circuit.reset": { actions: "resetCircuit" },
    "hold.started": {
      actions: [{ type: "emitAsIs", params: ({ event }) => event }, "saveHold"],
    },
    "hold.ended": { actions: { type: "endHold", params: ({ event }) => event } },
    "freshness.changed": [
      {
        guard: { type: "ofRules", params: ({ event }) => event },
        actions: { type: "emitAsIs", params: ({ event }) => event },
      },
      { actions: [{ type: "emitAsIs", params: ({ event }) => event }, "noteJudged"] },
    ],
    "buffer.started": { actions: { type: "forwardToLoop", params: ({ event }) => event } },
    "buffer.full": { actions: { type: "forwardToLoop", params: ({ event }) => event } },
    flush: { actions: { type: "forwardToLoop", params: ({ event }) => event } },
    "flush.last": { actions: { type: "forwardToLoop", params: ({ event }) => event } },
    "flush.progressed": {
      actions: [{ type: "emitAsIs", params: ({ event }) => event }, "saveOutbox"],
    },
    "flush.failed": { actions: { type: "emitAsIs", params: ({ event }) => event } },
    "outbox.changed": { actions: "saveOutbox" },
    "persistence.failed": {
      actions: { type: "emitError", params: ({ event }) => ({ error: event.error }) },
    },
    woken: {
      actions: [
        { type: "checkClocks", params: ({ event }) => event },
        { type: "wake", params: ({ event }) => event },
      ],
    },
  },
  states: {
    phase: {
      initial: "idle",
      states: {
        idle: {
          on: {
            init: [
              {
                guard: "bootstrapped",
                target: "running",
                actions: ["start", "trustBootstrap", initDone],
              },
              { target: "initializing", actions: "start" },
            ],
            close: "closing",
          },
        },
        initializing: {
          initial: "loading",
          after: {
            initTimeout: [
              { guard: "servingStale", target: "running", actions: initDone },
              { guard: "hasReserve", target: "running", actions: [...adoptReserve, initDone] },
              {
                target: "running",
                actions: { type: "settleInit", params: { failure: { kind: "timeout" } } },
              },
            ],
          },
          on: {
            identify: [{ guard: evaluated }, { target: ".loading" }],
            close: "closing",
          },
          states: {
            loading: {
              on: {
                "cache.loaded": [
                  {
                    guard: { type: "fresh", params: ({ event }) => event },
                    target: "#client.phase.running",
                    actions: initDone,
                  },
                  { guard: { type: "servable", params: ({ event }) => event }, target: "stale" },
                  { target: "empty" },
                ],
              },
            },
            stale: {
              id: "initServingStale",
              on: {
                "flags.arrived": { target: "#client.phase.running", actions: initDone },
                "attempt.failed": {
                  guard: current,
                  target: "#client.phase.running",
                  actions: [
                    { type: "emitError", params: ({ event }) => event },
                    "markTold",
                    initDone,
                  ],
                },
                "fetch.failed": {
                  guard: current,
                  target: "#client.phase.running",
                  actions: initDone,
                },
              },
            },
            empty: {
              on: {
                "flags.arrived": { target: "#client.phase.running", actions: initDone },
                // With an expired entry in reserve, that one arrives instead.
                "fetch.failed": {
                  guard: { type: "currentWithoutReserve", params: epochOf },
                  target: "#client.phase.running",
                  actions: { type: "settleInit", params: failureOf },
                },
              },
            },
          },
        },
        running: {
          on: {
            init: "initializing",
            close: "closing",
          },
        },
        closing: {
          initial: "draining",
          entry: "stopFetching",
          states: {
            draining: {
              type: "parallel",
              entry: "drainLoops",
              after: { closeTimeout: { target: "saving", actions: "haltLoops" } },
              onDone: "saving",
              states: {
                events: {
                  initial: "draining",
                  states: {
                    draining: {
                      on: {
                        "channel.closed": {
                          guard: { type: "isTracking", params: ({ event }) => event },
                          target: "done",
                        },
                      },
                    },
                    done: { type: "final", tags: "detail" },
                  },
                },
                counts: {
                  initial: "draining",
                  states: {
                    draining: {
                      on: {
                        "channel.closed": {
                          guard: { type: "isTelemetry", params: ({ event }) => event },
                          target: "done",
                        },
                      },
                    },
                    done: { type: "final", tags: "detail" },
                  },
                },
              },
            },
            saving: {
              type: "parallel",
              entry: "queueSaving",
              on: { "stores.due": { actions: "closeStores" } },
              after: { saveTimeout: "#client.phase.closed" },
              onDone: "#client.phase.closed",
              states: {
                flags: {
                  initial: "saving",
                  states: {
                    saving: { on: { "cache.closed": "done" } },
                    done: { type: "final", tags: "detail" },
                  },
                },
                unsent: {
                  initial: "saving",
                  states: {
                    saving: { on: { "outbox.closed": "done" } },
                    done: { type: "final", tags: "detail" },
                  },
                },
              },
            },
          },
        },
        closed: { entry: "emitClosed" },
      },
    },
    // Whose flags are in hand; a newer user restarts the reading of the cache.
    user: {
      initial: "settled",
      on: { init: loadUser, identify: loadUser },
      states: {
        settled: {
          on: {
            identify: {
              guard: evaluated,
              actions: [{ type: "noteUser", params: ({ event }) => event }, "replaceUser"],
            },
          },
        },
        loading: {
          invoke: {
            id: "loadCache",
            src: "loadCache",
            input: ({ context }) => ({ epoch: context.epoch }),
            onDone: [
              {
                guard: { type: "servable", params: ({ event }) => event.output },
                target: "settled",
                actions: [
                  { type: "adoptCache", params: ({ event }) => event.output },
                  { type: "takeLoad", params: ({ event }) => event.output },
                ],
              },
              {
                guard: { type: "expired", params: ({ event }) => event.output },
                target: "settled",
                actions: [
                  { type: "noteReserve", params: ({ event }) => event.output },
                  { type: "takeLoad", params: ({ event }) => event.output },
                ],
              },
              {
                guard: { type: "hasSpareRules", params: ({ event }) => event.output },
                target: "settled",
                actions: [
                  { type: "adoptCache", params: ({ event }) => event.output },
                  { type: "takeLoad", params: ({ event }) => event.output },
                ],
              },
              {
                target: "settled",
                actions: { type: "takeLoad", params: ({ event }) => event.output },
              },
            ],
            onError: {
              target: "settled",
              actions: {
                type: "takeLoad",
                params: { grade: "none", age: 0, holdMs: 0, at: 0 },
              },
            },
          },
        },
      },
    },
    readiness: {
      initial: "unready",
      states: {
        unready: {
          id: "unready",
          on: {
            // Not before their age is known: a listener may evaluate at once.
            "flags.judged": { target: "ready", actions: "emitReady" },
            "fetch.failed": fallBack,
          },
        },
        ready: {
          on: {
            "flags.dropped": "lacking",
            "fetch.failed": [
              { guard: "rulesConfirmed" },
              { guard: current, actions: "doubtFlags" },
            ],
          },
        },
        lacking: { id: "lacking", on: { "flags.arrived": "ready", "fetch.failed": fallBack } },
      },
    },
    network: {
      initial: "online",
      states: {
        online: {
          id: "online",
          on: { "go.offline": { target: "offline", actions: ["suspend", "loseNetwork"] } },
        },
        offline: {
          id: "offline",
          on: {
            init: { actions: "suspend" },
            "go.online": [
              { guard: "pagePresent", target: "online", actions: ["resume", "openGates"] },
              { target: "online" },
            ],
          },
        },
      },
    },
    page: {
      initial: "present",
      states: {
        present: {
          id: "pagePresent",
          on: { "page.left": { target: "absent", actions: ["suspend", "loseNetwork"] } },
        },
        absent: {
          id: "pageAbsent",
          on: {
            init: { actions: "suspend" },
            "page.returned": [
              {
                guard: "online",
                target: "present",
                actions: [
                  { type: "checkClocks", params: ({ event }) => event },
                  "resume",
                  "openGates",
                ],
              },
              {
                target: "present",
                actions: { type: "checkClocks", params: ({ event }) => event },
              },
            ],
          },
        },
      },
    },
    key: {
      initial: "accepted",
      on: {
        "key.refused": [
          { guard: { type: "fromConnection", params: ({ event }) => event }, target: ".refused" },
          { target: ".refused", actions: "refuseKey" },
        ],
      },
      states: {
        accepted: { id: "keyAccepted" },
        refused: {
          id: "keyRefused",
          on: { "key.accepted": { target: "accepted", actions: ["acceptKey", "openGates"] } },
        },
      },
    },
    // Answers of older users are dropped here and nowhere else.
    answers: {
      initial: "telling",
      on: {
        identify: ".telling",
        "fetch.succeeded": [
          { guard: { type: "overtaken", params: epochOf } },
          {
            guard: "rulesConfirmed",
            target: ".telling",
            actions: ["outrankFlags", { type: "settleFetch", params: fetchOf }],
          },
          {
            target: ".telling",
            actions: [
              { type: "receiveFlags", params: ({ event }) => event },
              { type: "settleFetch", params: fetchOf },
            ],
          },
        ],
        "fetch.failed": {
          guard: current,
          target: ".telling",
          actions: [
            { type: "emitFailure", params: failureOf },
            { type: "settleFetch", params: fetchOf },
          ],
        },
      },
      states: {
        telling: { on: { "error.told": "told" } },
        // The app has heard of this fetch's trouble when init stopped waiting for it.
        told: {
          on: {
            "fetch.failed": {
              guard: current,
              target: "telling",
              actions: { type: "settleFetch", params: fetchOf },
            },
          },
        },
      },
    },
    // Who decides what the current user gets. Rules stay in hand while newer flags of
    // the server overrule them for this user: they answer for all others.
    evaluation: {
      initial: "remote",
      on: {
        "fetch.wanted": { actions: { type: "wish", params: ({ event }) => event } },
        "stream.init": [
          {
            guard: { type: "plainAndCurrent", params: ({ event }) => event },
            // The set came without reasons: fetch them.
            actions: [{ type: "receiveInit", params: ({ event }) => event }, wish("stream")],
          },
          { actions: wish("stream") },
        ],
        "rules.arrived": [
          {
            guard: { type: "confirmed", params: ({ event }) => event },
            target: ".local.confirmed",
          },
          { guard: { type: "spare", params: ({ event }) => event }, target: ".overruled" },
          { target: ".local.doubtful" },
        ],
      },
      states: {
        remote: {},
        local: {
          initial: "doubtful",
          states: {
            // The open stream sent these rules and will send what changes.
            confirmed: {
              id: "rulesConfirmed",
              on: {
                "stream.init": {},
                "fetch.wanted": [
                  { guard: { type: "fromStream", params: ({ event }) => event } },
                  { actions: { type: "wish", params: ({ event }) => event } },
                ],
                "rules.doubted": "doubtful",
              },
            },
            // From an earlier stream, from storage or from the app: flags that the
            // server sends are newer.
            doubtful: {
              on: {
                "stream.init": "expecting",
                "flags.fetched": "#client.evaluation.overruled",
              },
            },
            // This server sends flags; its rules may follow.
            expecting: {
              after: { rulesGrace: { target: "doubtful", actions: wish("stream") } },
              on: {
                "stream.init": {},
                "rules.doubted": "doubtful",
                "flags.fetched": "#client.evaluation.overruled",
              },
            },
          },
        },
        overruled: {
          on: {
            identify: {
              guard: { type: "outdated", params: ({ event }) => event },
              target: "local",
            },
          },
        },
      },
    },
    // Rules are compiled before they take force; the newest win.
    compiler: {
      initial: "resting",
      on: { "stream.rules": ".compiling" },
      states: {
        resting: {},
        compiling: {
          initial: "streaming",
          invoke: {
            id: "compileRules",
            src: "compileRules",
            onDone: [
              {
                guard: "streamGone",
                target: "resting",
                actions: { type: "receiveRules", params: { as: "doubtful" } },
              },
              { target: "resting", actions: { type: "receiveRules", params: { as: "confirmed" } } },
            ],
            // The evaluator could not be loaded: the server goes on deciding.
            onError: {
              target: "resting",
              actions: [
                {
                  type: "emitError",
                  params: ({ event }) => ({ error: ensureRollgateError(event.error) }),
                },
                wish("stream"),
              ],
            },
          },
          states: {
            streaming: { tags: "detail", on: { "rules.doubted": "streamGone" } },
            streamGone: { tags: "detail", id: "streamGone" },
          },
        },
      },
    },
    backlog: {
      initial: "unread",
      states: {
        unread: { on: { init: "reading" } },
        reading: {
          invoke: { id: "restoreEvents", src: "restoreEvents", onDone: "read", onError: "read" },
        },
        read: {},
      },
    },
  },
});

function forward() {
  return { type: "forwardPermit", params: requestOf } as const;
}

export type ClientActorRef = ActorRefFrom<typeof clientMachine>;
