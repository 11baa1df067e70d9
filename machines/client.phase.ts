import { type ClientEvent, clientSetup } from "./client.setup";
import { adoptReserve, current, epochOf, evaluated } from "./client.words";
import type { FetchFailed } from "./events";

const initDone = { type: "settleInit", params: {} } as const;
const failureOf = ({ event }: { event: Pick<FetchFailed, "failure"> }) => ({
  failure: event.failure,
});
const givenOf = ({ event }: { event: Extract<ClientEvent, { type: "flags.given" }> }) => ({
  flags: event.flags,
});
const takeGiven = { type: "takeGiven", params: givenOf } as const;

export const phase = clientSetup.createStateConfig({
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
        "flags.given": { actions: { type: "noteBootstrap", params: givenOf } },
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
        "flags.given": [
          { guard: "rulesConfirmed" },
          { target: "running", actions: [takeGiven, initDone] },
        ],
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
              actions: [{ type: "emitError", params: ({ event }) => event }, "markTold", initDone],
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
        "flags.given": [{ guard: "rulesConfirmed" }, { actions: takeGiven }],
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
});
