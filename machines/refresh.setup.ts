import { assign, raise, sendParent, sendTo, setup } from "xstate";
import {
  ensureRollgateError,
  isAuthenticationError,
  isNotFoundError,
  isOutage,
  type RollgateError,
  retryAfterMsOf,
} from "../src/errors";
import { type BackoffOptions, backoffDelay } from "../src/time/backoff";
import type {
  Failure,
  FetchOutcome,
  FetchWanted,
  PermitGranted,
  PermitRefused,
  Refusal,
  WishSource,
} from "./events";
import { requiredPromise } from "./required";
import { NEUTRAL_SAMPLE, type Sample } from "./sample";

export interface RefreshInput {
  /** Longest time for one request and its answer, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly maxRetries: number;
  readonly backoff: BackoffOptions;
  /** Pause after a fetch before another one that only the stream wishes for, in milliseconds. */
  readonly streamSpacingMs: number;
}

export type RefreshEvent =
  | FetchWanted
  | PermitGranted
  | PermitRefused
  /** The user is being replaced: nothing may be fetched for the old one any more. */
  | { readonly type: "user.leaving" }
  /** The new user is in place; `identify` when the server must be told. */
  | { readonly type: "user.changed"; readonly epoch: number; readonly identify: boolean }
  /** The same, while what is in hand is good enough: the server need not know before the next fetch. */
  | { readonly type: "user.noted"; readonly epoch: number; readonly identify: boolean }
  | { readonly type: "circuit.opened" }
  | { readonly type: "network.lost" }
  /** Nothing more is to be put off. */
  | { readonly type: "flush" }
  | ({ readonly type: "identify.ended" } & MaybeError)
  | { readonly type: "attempt.ended"; readonly error: RollgateError }
  | { readonly type: "close" };

export interface RefreshContext extends Sample, RefreshInput {
  /** The user everything is fetched for. */
  readonly epoch: number;
  /** The server has not been told yet who that user is. */
  readonly identifyDue: boolean;
  /** Telling it failed within the fetch under way. */
  readonly identifyTried: boolean;
  /** The app waits for the fetch under way. */
  readonly forced: boolean;
  /** The fetch under way only asks whether the key works again. */
  readonly keyProbe: boolean;
  /** It is the half-open circuit's probe. */
  readonly probe: boolean;
  /** The queue of one: who wishes for another fetch after this one. */
  readonly again: WishSource | undefined;
  /** Retries made in the fetch under way. */
  readonly attempt: number;
  readonly retryDelayMs: number;
  readonly lastError: RollgateError | undefined;
}

export interface MaybeError {
  readonly error?: RollgateError | undefined;
}

/** The vocabulary of the machine, apart from its states: actors, actions, guards and delays by name. */
export const refreshSetup = setup({
  types: {
    context: {} as RefreshContext,
    events: {} as RefreshEvent,
    input: {} as RefreshInput,
    /** Something is under way. */
    tags: {} as "busy",
  },
  actors: {
    identifyUser: requiredPromise<void, { epoch: number }>("identifyUser"),
    fetchFlags: requiredPromise<FetchOutcome, { epoch: number }>("fetchFlags"),
  },
  actions: {
    sample: assign(NEUTRAL_SAMPLE),
    begin: assign((_, params: { by: WishSource | undefined }) => ({
      attempt: 0,
      again: undefined,
      forced: params.by === "app",
      keyProbe: params.by === "key",
      identifyTried: false,
    })),
    // A wish that comes before the request leaves is served by that request.
    join: assign(({ context }, params: { by: WishSource }) => ({
      forced: context.forced || params.by === "app",
      keyProbe: context.keyProbe && params.by === "key",
    })),
    queue: assign(({ context }, params: { by: WishSource }) => ({
      again: context.again === "app" ? "app" : params.by,
    })),
    restart: assign({ attempt: 0, keyProbe: false, identifyTried: false }),
    adoptUser: assign((_, params: { epoch: number; identify: boolean }) => ({
      epoch: params.epoch,
      identifyDue: params.identify,
      identifyTried: false,
      attempt: 0,
      keyProbe: false,
    })),
    noteGrant: assign((_, params: { probe: boolean }) => ({ probe: params.probe })),
    noteIdentified: assign({ identifyDue: false }),
    // The flags are fetched all the same; the next fetch tells the server again,
    // unless it has no such endpoint.
    noteIdentifyFailed: assign((_, params: MaybeError) => ({
      identifyTried: true,
      identifyDue: !isNotFoundError(params.error),
    })),
    noteError: assign((_, params: MaybeError) => ({ lastError: params.error })),
    planRetry: assign(({ context }) => ({
      retryDelayMs: backoffDelay(context.attempt, context.backoff, () => context.dice),
      attempt: context.attempt + 1,
    })),
    askPermit: sendTo(
      ({ system }) => system.get("client"),
      ({ context }) => ({
        type: "permit.requested",
        channel: "refresh",
        purpose: mustIdentify(context) ? "identify" : "flags",
      }),
    ),
    tellSuccess: sendTo(({ system }) => system.get("circuit"), { type: "attempt.succeeded" }),
    tellVoided: sendTo(({ system }) => system.get("circuit"), { type: "attempt.voided" }),
    tellOutcome: sendTo(
      ({ system }) => system.get("circuit"),
      (_, params: MaybeError) => ({
        type: isOutage(params.error) ? "attempt.failed" : "attempt.voided",
      }),
    ),
    askHold: sendTo(
      ({ system }) => system.get("hold"),
      ({ context }, params: MaybeError) => ({
        type: "hold.requested",
        forMs: retryAfterMsOf(params.error) ?? 0,
        at: context.at,
      }),
    ),
    notifyEstablished: sendParent(({ context }) => ({
      type: "user.established",
      epoch: context.epoch,
    })),
    notifyIdentifyFailed: sendParent(({ context }, params: MaybeError) => ({
      type: "identify.failed",
      epoch: context.epoch,
      error: params.error,
    })),
    notifyKeyRefused: sendParent({ type: "key.refused", by: "refresh" }),
    notifyAttemptFailed: sendParent(({ context }, params: MaybeError) => ({
      type: "attempt.failed",
      epoch: context.epoch,
      error: params.error,
    })),
    notifySucceeded: sendParent(({ context }, params: { outcome: FetchOutcome }) => ({
      type: "fetch.succeeded",
      epoch: context.epoch,
      answer: params.outcome,
      forced: context.forced,
    })),
    notifyFailed: sendParent(({ context }, params: { failure: Failure }) => ({
      type: "fetch.failed",
      epoch: context.epoch,
      failure: params.failure,
      forced: context.forced,
    })),
    notifyAbandoned: sendParent(({ context }) => ({
      type: "fetch.failed",
      epoch: context.epoch,
      failure: { kind: "error", error: context.lastError },
      forced: context.forced,
    })),
    endIdentify: raise((_, params: MaybeError) => ({
      type: "identify.ended" as const,
      ...params,
    })),
    endAttempt: raise((_, params: { error: RollgateError }) => ({
      type: "attempt.ended" as const,
      error: params.error,
    })),
  },
  guards: {
    mustIdentify: ({ context }) => mustIdentify(context),
    // The key works again, but its probe went out before the user was announced.
    identifyOwed: ({ context }) => context.keyProbe && context.identifyDue,
    outdated: (_, params: { outcome: FetchOutcome }) => params.outcome.kind === "outdated",
    anonymous: (_, params: { identify: boolean }) => !params.identify,
    fromStream: (_, params: { by: WishSource }) => params.by === "stream",
    // Callers share a request; only what may have changed since it left asks again.
    queues: ({ context }, params: { by: WishSource }) =>
      params.by === "stream" || (params.by === "app" && !context.forced && !context.probe),
    fromReturn: (_, params: { by: WishSource }) => params.by === "return",
    offline: (_, refusal: Refusal) => refusal.kind === "offline",
    appWaits: ({ context }) => context.again === "app",
    wishWaits: ({ context }) => context.again !== undefined,
    forced: ({ context }) => context.forced,
    refusedKey: (_, params: MaybeError) => isAuthenticationError(params.error),
    asksForQuiet: (_, params: MaybeError) => retryAfterMsOf(params.error) !== undefined,
    failed: (_, params: MaybeError) => params.error !== undefined,
    canRetry: ({ context }, params: MaybeError) =>
      ensureRollgateError(params.error).retryable &&
      context.attempt < context.maxRetries &&
      !context.probe &&
      !context.keyProbe,
  },
  delays: {
    requestTimeout: ({ context }) => context.requestTimeoutMs,
    retryDelay: ({ context }) => context.retryDelayMs,
    streamSpacing: ({ context }) => context.streamSpacingMs,
  },
});

function mustIdentify(context: RefreshContext): boolean {
  return context.identifyDue && !context.identifyTried && !context.keyProbe;
}
