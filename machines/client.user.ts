import { clientSetup, type UserSwap } from "./client.setup";
import { adoptReserve, current, epochOf, evaluated, wish } from "./client.words";
import type { FetchFailed, FetchSucceeded } from "./events";

const failureOf = ({ event }: { event: Pick<FetchFailed, "failure"> }) => ({
  failure: event.failure,
});
const fetchOf = ({ event }: { event: FetchSucceeded | FetchFailed }) => ({
  forced: event.forced,
  ...("failure" in event && { failure: event.failure }),
});
// The answer is nobody's any more, but a caller of refresh still waits for one.
const askAnew = {
  guard: {
    type: "overtakenCall",
    params: ({ event }: { event: FetchSucceeded | FetchFailed }) => event,
  },
  actions: wish("app"),
} as const;
const loadUser = {
  target: ".loading",
  actions: [{ type: "noteUser", params: ({ event }: { event: UserSwap }) => event }, "retireUser"],
} as const;
const fallBack = [
  {
    guard: { type: "currentWithReserve", params: epochOf },
    actions: [...adoptReserve, "doubtFlags"],
  },
  { guard: current, actions: "askForFlags" },
] as const;

/** Whose flags are in hand; a newer user restarts the reading of the cache. */
export const user = clientSetup.createStateConfig({
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
});

export const readiness = clientSetup.createStateConfig({
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
        "fetch.failed": [{ guard: "rulesConfirmed" }, { guard: current, actions: "doubtFlags" }],
      },
    },
    lacking: { id: "lacking", on: { "flags.arrived": "ready", "fetch.failed": fallBack } },
  },
});

/** Answers of older users are dropped here and nowhere else. */
export const answers = clientSetup.createStateConfig({
  initial: "telling",
  on: {
    identify: ".telling",
    "fetch.succeeded": [
      askAnew,
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
    "fetch.failed": [
      askAnew,
      {
        guard: current,
        target: ".telling",
        actions: [
          { type: "emitFailure", params: failureOf },
          { type: "settleFetch", params: fetchOf },
        ],
      },
    ],
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
});
