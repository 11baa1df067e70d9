import {
  type ActorRefFrom,
  and,
  assign,
  not,
  raise,
  sendParent,
  sendTo,
  setup,
  stateIn,
} from "xstate";
import { ensureRollgateError } from "../src/errors/ensure";
import { TimeoutError } from "../src/errors/timeout-error";
import { type BackoffOptions, backoffDelay, uniform } from "../src/time/backoff";
import type { Failure, HoldEnded, PermitGranted, PermitRefused } from "./events";
import { requiredPromise } from "./required";
import { NEUTRAL_SAMPLE, type Sample } from "./sample";

export interface FlushLoopInput {
  readonly channel: "tracking" | "telemetry";
  readonly flushIntervalMs: number;
  /** Whether something may always be waiting, so that no one says when the buffer starts. */
  readonly periodic: boolean;
  /** Longest time for one POST and its answer, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly backoff: BackoffOptions;
}

/**
 * What one POST did. The queue has been settled by then: delivered and rejected
 * items are gone from it, all others are still at its front, in order.
 */
export type BatchOutcome =
  | {
      readonly type: "batch.settled";
      /** Items that left the queue, by what became of them. */
      readonly delivered: number;
      readonly rejected: number;
      /** Items still queued, and whether they would fill a batch. */
      readonly remaining: number;
      readonly full: boolean;
      /** Why items were refused for good, if any were. */
      readonly failure?: Failure;
    }
  /** 413: the same items must travel in bodies of at most `limit`. */
  | { readonly type: "batch.tooLarge"; readonly limit: number }
  /** 429 or 503 with `Retry-After`. */
  | { readonly type: "batch.held"; readonly forMs: number; readonly failure: Failure }
  | { readonly type: "batch.unauthorized" | "batch.failed"; readonly failure: Failure };

export type FlushLoopEvent =
  /** Nothing is sent before this, unless the loop closes. */
  | { readonly type: "start" }
  /** The queue is no longer empty, or fills a batch: the edges, not each item. */
  | { readonly type: "buffer.started" }
  | { readonly type: "buffer.full" }
  /** Send everything queued so far, `count` items. */
  | { readonly type: "flush"; readonly count: number }
  /** The page may end: send what can be sent, beside a POST under way. */
  | { readonly type: "flush.last"; readonly count: number }
  /** What kept the channel from sending may have passed. */
  | { readonly type: "gate.opened" }
  | HoldEnded
  | PermitGranted
  | PermitRefused
  | BatchOutcome
  /** Drain the queue and end. */
  | { readonly type: "close" };

/** What a flush loop tells the client. */
export type FlushLoopNotice =
  | {
      readonly type: "flush.progressed";
      readonly channel: FlushLoopInput["channel"];
      readonly delivered: number;
      readonly rejected: number;
      readonly failure?: Failure;
    }
  | {
      readonly type: "flush.failed";
      readonly channel: FlushLoopInput["channel"];
      /** The attempt before this one failed, too. */
      readonly repeated: boolean;
      readonly failure: Failure;
    }
  | { readonly type: "channel.closed"; readonly channel: FlushLoopInput["channel"] };

export interface FlushLoopContext extends Sample, FlushLoopInput {
  /** Failed attempts in a row. */
  readonly attempt: number;
  /** Most items in one body; halved by 413. */
  readonly limit: number;
  /** Items that a `flush` still waits for. */
  readonly wanted: number;
  readonly delayMs: number;
  readonly spreadMs: number;
  readonly nextAttemptAt: number | undefined;
}

type BatchSettled = Extract<BatchOutcome, { type: "batch.settled" }>;

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
export const flushLoopMachine = setup({
  types: {
    context: {} as FlushLoopContext,
    events: {} as FlushLoopEvent,
    input: {} as FlushLoopInput,
    /** Left out of the state's public name. */
    tags: {} as "detail",
  },
  actors: { sendBatch: requiredPromise<BatchOutcome, { limit: number }>("sendBatch") },
  actions: {
    sample: assign(NEUTRAL_SAMPLE),
    askPermit: sendTo(
      ({ system }) => system.get("client"),
      ({ context }) => ({
        type: "permit.requested",
        channel: context.channel,
        purpose: "events",
      }),
    ),
    askHold: sendTo(
      ({ system }) => system.get("hold"),
      ({ context }, params: { forMs: number }) => ({
        type: "hold.requested",
        forMs: params.forMs,
        at: context.at,
      }),
    ),
    noteWanted: assign(({ context }, params: { count: number }) => ({
      wanted: Math.max(context.wanted, params.count),
    })),
    noteProgress: assign(({ context }, batch: BatchSettled) => ({
      attempt: 0,
      wanted: Math.max(0, Math.min(batch.remaining, context.wanted - gone(batch))),
      limit: Math.min(context.limit * 2, Number.MAX_SAFE_INTEGER),
    })),
    shrink: assign((_, params: { limit: number }) => ({ limit: params.limit })),
    planRetry: assign(({ context }) => {
      const delayMs = backoffDelay(context.attempt, context.backoff, () => context.dice);
      return { delayMs, attempt: context.attempt + 1, nextAttemptAt: context.at + delayMs };
    }),
    noteSpread: assign((_, params: { spreadMs: number }) => ({ spreadMs: params.spreadMs })),
    planRelease: assign(({ context }) => ({
      delayMs: uniform(0, context.spreadMs, () => context.dice),
    })),
    clearPlan: assign({ nextAttemptAt: undefined }),
    endBatch: raise((_, outcome: BatchOutcome) => outcome),
    notifyProgress: sendParent(({ context }, batch: BatchSettled) => ({
      type: "flush.progressed",
      channel: context.channel,
      delivered: batch.delivered,
      rejected: batch.rejected,
      ...(batch.failure && { failure: batch.failure }),
    })),
    notifyFailed: sendParent(({ context }, params: { failure: Failure }) => ({
      type: "flush.failed",
      channel: context.channel,
      repeated: context.attempt > 0,
      failure: params.failure,
    })),
    notifyUnauthorized: sendParent(({ context }) => ({ type: "key.refused", by: context.channel })),
    notifyClosed: sendParent(({ context }) => ({
      type: "channel.closed",
      channel: context.channel,
    })),
  },
  guards: {
    periodic: ({ context }) => context.periodic,
    draining: stateIn("#draining"),
    mayEnd: and([stateIn("#draining"), not(stateIn("#farewell"))]),
    emptied: (_, batch: BatchSettled) => batch.remaining === 0,
    flushing: stateIn("#flushing"),
    settles: (_, outcome: BatchOutcome) => outcome.type === "batch.settled",
    moreWanted: ({ context }, batch: BatchSettled) => batch.full || context.wanted > gone(batch),
  },
  delays: {
    flushInterval: ({ context }) => context.flushIntervalMs,
    requestTimeout: ({ context }) => context.requestTimeoutMs,
    plannedDelay: ({ context }) => context.delayMs,
  },
}).createMachine({
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
    nextAttemptAt: undefined,
  }),
  states: {
    work: {
      initial: "dormant",
      on: { flush: { actions: { type: "noteWanted", params: ({ event }) => event } } },
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
          after: { flushInterval: "asking" },
          on: {
            "buffer.full": "asking",
            ...wantFlush,
            close: "asking",
          },
        },
        asking: {
          id: "asking",
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
          entry: "clearPlan",
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
            "batch.failed": { target: "backingOff", actions: failed },
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
            "gate.opened": "asking",
            "hold.ended": {
              target: "releasing",
              actions: { type: "noteSpread", params: ({ event }) => event },
            },
            ...wantFlush,
          },
        },
        releasing: {
          entry: ["sample", "planRelease"],
          after: { plannedDelay: "asking" },
          on: { ...wantFlush, close: "asking" },
        },
        closed: { entry: "notifyClosed" },
      },
    },
    // A page that may end has no time to wait for the POST under way.
    farewell: {
      initial: "none",
      states: {
        none: { on: { "flush.last": { guard: "flushing", target: "posting" } } },
        posting: {
          id: "farewell",
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
        },
      },
    },
    life: {
      initial: "open",
      states: { open: { on: { close: "draining" } }, draining: { id: "draining" } },
    },
  },
});

function batchOf({ event }: { event: BatchSettled }): BatchSettled {
  return event;
}

function gone(batch: BatchSettled): number {
  return batch.delivered + batch.rejected;
}

function timedOut(ms: number): TimeoutError {
  return new TimeoutError(`The server did not answer within ${ms} ms.`);
}

export type FlushLoopActorRef = ActorRefFrom<typeof flushLoopMachine>;
