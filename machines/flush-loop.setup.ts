import { and, assign, not, raise, sendParent, sendTo, setup, stateIn } from "xstate";
import { type BackoffOptions, backoffDelay, uniform } from "../src/time/backoff";
import type { Failure, HoldEnded, PermitGranted, PermitRefused } from "./events";
import { requiredPromise } from "./required";
import { NEUTRAL_SAMPLE, type Sample } from "./sample";

export interface FlushLoopInput {
  readonly channel: "tracking" | "telemetry";
  /** The longest that something waits before it is sent, in milliseconds; 0: until it is asked for. */
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
  | { readonly type: "close" }
  /** End at once, whatever is under way. */
  | { readonly type: "halt" };

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
  /** What it waits for since `at`, while it backs off or is released, in milliseconds. */
  readonly delayMs: number;
  readonly spreadMs: number;
}

export type BatchSettled = Extract<BatchOutcome, { type: "batch.settled" }>;

/** The vocabulary of the machine, apart from its states: actors, actions, guards and delays by name. */
export const flushLoopSetup = setup({
  types: {
    context: {} as FlushLoopContext,
    events: {} as FlushLoopEvent,
    input: {} as FlushLoopInput,
    /** `detail`: left out of the state's public name. `busy`: something is under way. */
    tags: {} as "detail" | "busy",
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
      return { delayMs, attempt: context.attempt + 1 };
    }),
    noteSpread: assign((_, params: { spreadMs: number }) => ({ spreadMs: params.spreadMs })),
    planRelease: assign(({ context }) => ({
      delayMs: uniform(0, context.spreadMs, () => context.dice),
    })),
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
    timed: ({ context }) => context.flushIntervalMs > 0,
    onDemand: ({ context }) => context.flushIntervalMs === 0,
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
});

function gone(batch: BatchSettled): number {
  return batch.delivered + batch.rejected;
}
