import type { ActorRefFrom } from "xstate";
import { ensureRollgateError, TimeoutError } from "../src/errors";
import type { FetchOutcome, FetchWanted, PermitGranted } from "./events";
import { type MaybeError, type RefreshInput, refreshSetup } from "./refresh.setup";
import { NEUTRAL_SAMPLE } from "./sample";

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

const cooled = [
  {
    guard: "wishWaits",
    target: "#refresh.admitting",
    actions: { type: "begin", params: { by: "stream" } },
  },
  { target: "resting" },
] as const;

const noteGrant = {
  type: "noteGrant",
  params: ({ event }: { event: PermitGranted }) => event,
} as const;

const outcomeOf = ({ event }: { event: { output: FetchOutcome } }) => ({ outcome: event.output });

const succeeded = { type: "notifySucceeded", params: outcomeOf } as const;

const attemptFailed = [
  { type: "tellOutcome", params: errorOf },
  { type: "notifyAttemptFailed", params: errorOf },
] as const;

/**
 * Fetches flags: one request at a time, a queue of one behind it. It tells the
 * server who the user is before it asks for that user's flags, retries what may
 * heal, and reports every attempt to the circuit breaker.
 */
export const refreshMachine = refreshSetup.createMachine({
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
        "user.noted": { actions: adoptUser },
      },
      states: {
        resting: {},
        cooling: {
          after: {
            streamSpacing: cooled,
          },
          on: {
            flush: cooled,
            // Nothing is known of the time away: the wish of the return is not answered yet.
            "network.lost": "resting",
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
      tags: "busy",
      on: {
        "fetch.wanted": join,
        // Asked for before the user left: the circuit must not wait for that attempt.
        "permit.granted": { actions: "tellVoided" },
        "user.changed": [
          { guard: { type: "anonymous", params: userOf }, target: "admitting", ...adoptAnonymous },
          { target: "admitting", actions: adoptUser },
        ],
        "user.noted": [
          { guard: "forced", target: "admitting", actions: adoptUser },
          { target: "idle", actions: adoptUser },
        ],
      },
    },
    admitting: {
      tags: "busy",
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
      tags: "busy",
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
            "user.noted": { target: "overtakenReady", actions: adoptUser },
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
            "user.noted": { target: "overtakenReady", actions: adoptUser },
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
            "user.noted": { actions: adoptUser },
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
      tags: "busy",
      invoke: {
        id: "fetchFlags",
        src: "fetchFlags",
        input: ({ context }) => ({ epoch: context.epoch }),
        onDone: [
          // The server is well but confirmed what is gone. Another request asks for its own permit.
          {
            guard: { type: "outdated", params: outcomeOf },
            target: "admitting",
            actions: "tellSuccess",
          },
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
        "user.noted": { target: "admitting", actions: ["tellVoided", adoptUser] },
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
      tags: "busy",
      entry: ["sample", "planRetry"],
      after: { retryDelay: "admitting" },
      on: {
        "fetch.wanted": join,
        "user.leaving": { target: "switching", actions: "restart" },
        "user.noted": { target: "admitting", actions: adoptUser },
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
    // Not final: while the client drains what is unsent, this is still told of things.
    closed: {},
  },
});

export type RefreshActorRef = ActorRefFrom<typeof refreshMachine>;
