import type { ActorRefFrom } from "xstate";
import { ensureRollgateError } from "../src/errors/ensure";
import { TimeoutError } from "../src/errors/timeout-error";
import type { Failure } from "./events";
import { type BatchSettled, flushLoopSetup } from "./flush-loop.setup";
import { NEUTRAL_SAMPLE } from "./sample";

const flushNow = {
  target: "asking",
  actions: {
    type: "noteWanted",
    params: ({ event }: { event: { count: number } }) => ({ count: event.count }),
  },
} as const;

const wantFlush = { flush: flushNow, "flush.last": flushNow } as const;

const settle = {
  actions: [
    { type: "noteProgress", params: batchOf },
    { type: "notifyProgress", params: batchOf },
  ],
} as const;

const settledWithMore = [
  { guard: { type: "moreWanted", params: batchOf }, target: "#asking", ...settle },
  { guard: "draining", target: "#asking", ...settle },
  { target: "#buffering", ...settle },
] as const;

const failed = {
  type: "notifyFailed",
  params: ({ event }: { event: { failure: Failure } }) => ({ failure: event.failure }),
} as const;

/**
 * Delivers a queue that lives outside, in batches, one POST at a time, and tries
 * for ever: nothing leaves the queue before the server has answered for it. One
 * machine, two actors: conversion events and evaluation counts.
 */
export const flushLoopMachine = flushLoopSetup.createMachine({
  id: "flushLoop",
  type: "parallel",
  context: ({ input }) => ({
    ...NEUTRAL_SAMPLE,
    ...input,
    attempt: 0,
    limit: Number.MAX_SAFE_INTEGER,
    wanted: 0,
    delayMs: 0,
    spreadMs: 0,
  }),
  states: {
    work: {
      initial: "dormant",
      on: {
        flush: { actions: { type: "noteWanted", params: ({ event }) => event } },
        halt: ".closed",
      },
      states: {
        dormant: { on: { start: "idle", close: "asking" } },
        idle: {
          always: [
            { guard: "mayEnd", target: "closed" },
            { guard: "periodic", target: "buffering" },
          ],
          on: { "buffer.started": "buffering", "buffer.full": "asking" },
        },
        buffering: {
          id: "buffering",
          entry: "sample",
          on: {
            "buffer.full": "asking",
            ...wantFlush,
            close: "asking",
          },
          initial: "untimed",
          states: {
            untimed: { tags: "detail", always: { guard: "timed", target: "timed" } },
            timed: { tags: "detail", after: { flushInterval: "#asking" } },
          },
        },
        asking: {
          id: "asking",
          tags: "busy",
          entry: "askPermit",
          on: {
            "permit.granted": "flushing",
            "permit.refused": {
              target: "held",
              actions: {
                type: "notifyFailed",
                params: ({ event }) => ({ failure: event.refusal }),
              },
            },
          },
        },
        flushing: {
          id: "flushing",
          tags: "busy",
          initial: "posting",
          states: {
            posting: { tags: "detail", on: { "buffer.started": "refilled" } },
            // The POST has emptied the queue, which began anew before that was heard here.
            refilled: { tags: "detail", on: { "batch.settled": settledWithMore } },
          },
          invoke: {
            id: "sendBatch",
            src: "sendBatch",
            input: ({ context }) => ({ limit: context.limit }),
            onDone: { actions: { type: "endBatch", params: ({ event }) => event.output } },
            onError: {
              actions: {
                type: "endBatch",
                params: ({ event }) => ({
                  type: "batch.failed",
                  failure: { kind: "error", error: ensureRollgateError(event.error) },
                }),
              },
            },
          },
          after: {
            requestTimeout: {
              actions: {
                type: "endBatch",
                params: ({ context }) => ({
                  type: "batch.failed",
                  failure: { kind: "error", error: timedOut(context.requestTimeoutMs) },
                }),
              },
            },
          },
          on: {
            "batch.settled": [
              { guard: { type: "emptied", params: batchOf }, target: "idle", ...settle },
              ...settledWithMore,
            ],
            "batch.tooLarge": {
              target: "asking",
              actions: { type: "shrink", params: ({ event }) => event },
            },
            "batch.held": {
              target: "held",
              actions: ["sample", { type: "askHold", params: ({ event }) => event }, failed],
            },
            "batch.unauthorized": { target: "held", actions: ["notifyUnauthorized", failed] },
            "batch.failed": [
              { guard: "onDemand", target: "buffering", actions: failed },
              { target: "backingOff", actions: failed },
            ],
          },
        },
        backingOff: {
          entry: ["sample", "planRetry"],
          after: { plannedDelay: "asking" },
          on: {
            ...wantFlush,
            close: "asking",
          },
        },
        held: {
          always: { guard: "mayEnd", target: "closed" },
          on: {
            "gate.opened": [{ guard: "onDemand", target: "buffering" }, { target: "asking" }],
            "hold.ended": [
              { guard: "onDemand", target: "buffering" },
              {
                target: "releasing",
                actions: { type: "noteSpread", params: ({ event }) => event },
              },
            ],
            ...wantFlush,
          },
        },
        releasing: {
          entry: ["sample", "planRelease"],
          after: { plannedDelay: "asking" },
          on: { ...wantFlush, close: "asking" },
        },
        closed: { entry: "notifyClosed", on: { halt: {} } },
      },
    },
    // A page that may end has no time to wait for the POST under way.
    farewell: {
      initial: "none",
      states: {
        none: { on: { "flush.last": { guard: "flushing", target: "posting" } } },
        posting: {
          id: "farewell",
          tags: "busy",
          invoke: {
            id: "sendLast",
            src: "sendBatch",
            input: ({ context }) => ({ limit: context.limit }),
            onDone: [
              {
                guard: { type: "settles", params: ({ event }) => event.output },
                target: "none",
                actions: {
                  type: "notifyProgress",
                  params: ({ event }) => event.output as BatchSettled,
                },
              },
              { target: "none" },
            ],
            onError: "none",
          },
          after: { requestTimeout: "none" },
          on: { halt: "none" },
        },
      },
    },
    life: {
      initial: "open",
      states: {
        open: { on: { close: "draining", halt: "draining" } },
        draining: { id: "draining" },
      },
    },
  },
});

function batchOf({ event }: { event: BatchSettled }): BatchSettled {
  return event;
}

function timedOut(ms: number): TimeoutError {
  return new TimeoutError(`The server did not answer within ${ms} ms.`);
}

export type FlushLoopActorRef = ActorRefFrom<typeof flushLoopMachine>;
