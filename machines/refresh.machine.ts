import { type ActorRefFrom, assign, raise, sendParent, sendTo, setup } from "xstate";
import {
  ensureRollgateError,
  isAuthenticationError,
  isNotFoundError,
  isOutage,
  type RollgateError,
  retryAfterMsOf,
  TimeoutError,
} from "../src/errors";
import { type BackoffOptions, backoffDelay } from "../src/time/backoff";
import type {
  Failure,
  FetchWanted,
  FlagAnswer,
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
  | { readonly type: "circuit.opened" }
  | { readonly type: "network.lost" }
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

const failedWith = {
  type: "notifyFailed",
  params: ({ event }: { event: MaybeError }) => ({
    failure: { kind: "error" as const, error: ensureRollgateError(event.error) },
  }),
} as const;
const failedOffline = {
  type: "notifyFailed",
  params: { failure: { kind: "offline" as const } },
} as const;
const errorOf = ({ event }: { event: MaybeError }) => ({ error: event.error });
const thrownBy = ({ event }: { event: { error: unknown } }) => ({
  error: ensureRollgateError(event.error),
});
const timeout = ({ context }: { context: RefreshInput }) => ({
  error: new TimeoutError(`The server did not answer within ${context.requestTimeoutMs} ms.`),
});
const wisher = ({ event }: { event: FetchWanted }) => ({ by: event.by });
const userOf = ({ event }: { event: { epoch: number; identify: boolean } }) => event;
const join = { actions: { type: "join", params: wisher } } as const;
const adoptUser = { type: "adoptUser", params: userOf } as const;
const adoptAnonymous = { actions: [adoptUser, "notifyEstablished"] } as const;
const noteGrant = {
  type: "noteGrant",
  params: ({ event }: { event: PermitGranted }) => event,
} as const;
const succeeded = {
  type: "notifySucceeded",
  params: ({ event }: { event: { output: FlagAnswer } }) => ({ answer: event.output }),
} as const;
const attemptFailed = [
  { type: "tellOutcome", params: errorOf },
  { type: "notifyAttemptFailed", params: errorOf },
] as const;

/**
 * Fetches flags: one request at a time, a queue of one behind it. It tells the
 * server who the user is before it asks for that user's flags, retries what may
 * heal, and reports every attempt to the circuit breaker.
 */
export const refreshMachine = setup({
  types: {
    context: {} as RefreshContext,
    events: {} as RefreshEvent,
    input: {} as RefreshInput,
  },
  actors: {
    identifyUser: requiredPromise<void, { epoch: number }>("identifyUser"),
    fetchFlags: requiredPromise<FlagAnswer, { epoch: number }>("fetchFlags"),
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
    notifySucceeded: sendParent(({ context }, params: { answer: FlagAnswer }) => ({
      type: "fetch.succeeded",
      epoch: context.epoch,
      answer: params.answer,
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
    anonymous: (_, params: { identify: boolean }) => !params.identify,
    fromStream: (_, params: { by: WishSource }) => params.by === "stream",
    // Callers share a request; only what may have changed since it left asks again.
    queues: ({ context }, params: { by: WishSource }) =>
      params.by === "stream" || (params.by === "app" && !context.forced && !context.probe),
    fromReturn: (_, params: { by: WishSource }) => params.by === "return",
    offline: (_, refusal: Refusal) => refusal.kind === "offline",
    appWaits: ({ context }) => context.again === "app",
    wishWaits: ({ context }) => context.again !== undefined,
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
}).createMachine({
  id: "refresh",
  context: ({ input }) => ({
    ...NEUTRAL_SAMPLE,
    ...input,
    epoch: 0,
    identifyDue: false,
    identifyTried: false,
    forced: false,
    keyProbe: false,
    probe: false,
    again: undefined,
    attempt: 0,
    retryDelayMs: 0,
    lastError: undefined,
  }),
  initial: "idle",
  on: { close: ".closed" },
  states: {
    idle: {
      initial: "resting",
      on: {
        "fetch.wanted": { target: "admitting", actions: { type: "begin", params: wisher } },
        "user.leaving": {
          target: "switching",
          actions: { type: "begin", params: { by: undefined } },
        },
      },
      states: {
        resting: {},
        cooling: {
          after: {
            streamSpacing: [
              {
                guard: "wishWaits",
                target: "#refresh.admitting",
                actions: { type: "begin", params: { by: "stream" } },
              },
              { target: "resting" },
            ],
          },
          on: {
            "fetch.wanted": [
              {
                guard: { type: "fromStream", params: wisher },
                actions: { type: "queue", params: wisher },
              },
              // What woke the page up fires several times; the fetch just made answers all.
              { guard: { type: "fromReturn", params: wisher } },
              {
                target: "#refresh.admitting",
                actions: { type: "begin", params: wisher },
              },
            ],
          },
        },
      },
    },
    switching: {
      on: {
        "fetch.wanted": join,
        // Asked for before the user left: the circuit must not wait for that attempt.
        "permit.granted": { actions: "tellVoided" },
        "user.changed": [
          { guard: { type: "anonymous", params: userOf }, target: "admitting", ...adoptAnonymous },
          { target: "admitting", actions: adoptUser },
        ],
      },
    },
    admitting: {
      entry: "askPermit",
      on: {
        "fetch.wanted": join,
        "user.leaving": { target: "switching", actions: "restart" },
        "permit.granted": [
          { guard: "mustIdentify", target: "identifying", actions: noteGrant },
          { target: "requesting", actions: noteGrant },
        ],
        "permit.refused": [
          {
            guard: { type: "offline", params: ({ event }) => event.refusal },
            target: "interrupted",
            actions: failedOffline,
          },
          {
            target: "settled",
            actions: { type: "notifyFailed", params: ({ event }) => ({ failure: event.refusal }) },
          },
        ],
      },
    },
    identifying: {
      initial: "current",
      invoke: {
        id: "identifyUser",
        src: "identifyUser",
        input: ({ context }) => ({ epoch: context.epoch }),
        onDone: { actions: { type: "endIdentify", params: {} } },
        onError: { actions: { type: "endIdentify", params: thrownBy } },
      },
      after: { requestTimeout: { actions: { type: "endIdentify", params: timeout } } },
      on: { "fetch.wanted": join },
      states: {
        current: {
          on: {
            "user.leaving": { target: "overtaken", actions: "restart" },
            "identify.ended": [
              {
                guard: { type: "refusedKey", params: errorOf },
                target: "#refresh.settled",
                actions: ["notifyKeyRefused", failedWith],
              },
              {
                guard: { type: "asksForQuiet", params: errorOf },
                target: "#refresh.settled",
                actions: ["sample", { type: "askHold", params: errorOf }, failedWith],
              },
              {
                guard: { type: "failed", params: errorOf },
                target: "#refresh.admitting",
                actions: [
                  { type: "noteIdentifyFailed", params: errorOf },
                  { type: "notifyIdentifyFailed", params: errorOf },
                  "notifyEstablished",
                ],
              },
              {
                target: "#refresh.admitting",
                actions: ["noteIdentified", "notifyEstablished"],
              },
            ],
          },
        },
        // A newer user came while the POST was under way. Aborting it could let the
        // server apply the two in the wrong order, so it ends first.
        overtaken: {
          on: {
            "user.changed": [
              {
                guard: { type: "anonymous", params: userOf },
                target: "overtakenReady",
                ...adoptAnonymous,
              },
              { target: "overtakenReady", actions: adoptUser },
            ],
            "identify.ended": [
              {
                guard: { type: "asksForQuiet", params: errorOf },
                target: "#refresh.switching",
                actions: ["sample", { type: "askHold", params: errorOf }],
              },
              { target: "#refresh.switching" },
            ],
          },
        },
        overtakenReady: {
          on: {
            "user.leaving": { target: "overtaken", actions: "restart" },
            "identify.ended": [
              {
                guard: { type: "asksForQuiet", params: errorOf },
                target: "#refresh.admitting",
                actions: ["sample", { type: "askHold", params: errorOf }],
              },
              { target: "#refresh.admitting" },
            ],
          },
        },
      },
    },
    requesting: {
      invoke: {
        id: "fetchFlags",
        src: "fetchFlags",
        input: ({ context }) => ({ epoch: context.epoch }),
        onDone: [
          {
            guard: "identifyOwed",
            target: "admitting",
            actions: ["tellSuccess", succeeded, "restart"],
          },
          { target: "settled", actions: ["tellSuccess", succeeded] },
        ],
        onError: { actions: { type: "endAttempt", params: thrownBy } },
      },
      after: { requestTimeout: { actions: { type: "endAttempt", params: timeout } } },
      on: {
        "fetch.wanted": [
          {
            guard: { type: "queues", params: wisher },
            actions: { type: "queue", params: wisher },
          },
          join,
        ],
        "user.leaving": { target: "switching", actions: ["tellVoided", "restart"] },
        "network.lost": { target: "interrupted", actions: ["tellVoided", failedOffline] },
        "attempt.ended": [
          {
            guard: { type: "refusedKey", params: errorOf },
            target: "settled",
            actions: ["tellVoided", "notifyKeyRefused", failedWith],
          },
          {
            guard: { type: "asksForQuiet", params: errorOf },
            target: "settled",
            actions: ["sample", { type: "askHold", params: errorOf }, ...attemptFailed, failedWith],
          },
          {
            guard: { type: "canRetry", params: errorOf },
            target: "retryWait",
            actions: [...attemptFailed, { type: "noteError", params: errorOf }],
          },
          { target: "settled", actions: [...attemptFailed, failedWith] },
        ],
      },
    },
    retryWait: {
      entry: ["sample", "planRetry"],
      after: { retryDelay: "admitting" },
      on: {
        "fetch.wanted": join,
        "user.leaving": { target: "switching", actions: "restart" },
        "circuit.opened": { target: "settled", actions: "notifyAbandoned" },
        "network.lost": { target: "interrupted", actions: failedOffline },
      },
    },
    settled: {
      always: [
        {
          guard: "appWaits",
          target: "admitting",
          actions: { type: "begin", params: { by: "app" } },
        },
        { target: "idle.cooling" },
      ],
    },
    // Offline, nothing was learned: the wish of the return must not pass for answered.
    interrupted: {
      always: [
        {
          guard: "appWaits",
          target: "admitting",
          actions: { type: "begin", params: { by: "app" } },
        },
        { target: "idle.resting" },
      ],
    },
    closed: { type: "final" },
  },
});

function mustIdentify(context: RefreshContext): boolean {
  return context.identifyDue && !context.identifyTried && !context.keyProbe;
}

export type RefreshActorRef = ActorRefFrom<typeof refreshMachine>;
