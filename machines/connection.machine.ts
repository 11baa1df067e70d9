import {
  type ActorRefFrom,
  assign,
  not,
  or,
  raise,
  sendParent,
  sendTo,
  setup,
  stateIn,
} from "xstate";
import {
  ensureRollgateError,
  isAuthenticationError,
  type RollgateError,
  retryAfterMsOf,
  TimeoutError,
} from "../src/errors";
import type { Flag } from "../src/flags/flag";
import { exponentialDelay, spread, uniform } from "../src/time/backoff";
import type { HoldEnded, PermitGranted, PermitRefused, WishSource } from "./events";
import { requiredCallback } from "./required";
import { NEUTRAL_SAMPLE, type Sample } from "./sample";

export interface ConnectionInput {
  readonly streaming: boolean;
  /** Longest time until the stream is open, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Time between two polls, in milliseconds; 0: no polling. */
  readonly refreshIntervalMs: number;
  readonly reconnectBaseDelayMs: number;
  readonly reconnectMaxDelayMs: number;
  /** A broadcast change is fetched at a random moment within this time, in milliseconds. */
  readonly changeJitterMs: number;
  /** Time between two tries with a refused key or without polling, in milliseconds. */
  readonly recoveryTimeoutMs: number;
}

/** What the stream reader tells the connection. */
export type StreamEvent =
  | { readonly type: "stream.opened" }
  /** The full evaluated set of the user the stream belongs to. */
  | { readonly type: "stream.init"; readonly flags: ReadonlyMap<string, Flag> }
  /** Some flag changed: fetch. */
  | { readonly type: "stream.changed" }
  /** The server proposes another base for the reconnect delay. */
  | { readonly type: "stream.retry"; readonly delayMs: number }
  /** The server closed the stream, or it was silent for too long. */
  | { readonly type: "stream.closed" }
  /** 204: the server wants no stream from this client. */
  | { readonly type: "stream.finished" }
  | { readonly type: "stream.failed"; readonly error: RollgateError };

export type ConnectionEvent =
  | StreamEvent
  | PermitGranted
  | PermitRefused
  | HoldEnded
  | { readonly type: "start" }
  | { readonly type: "user.leaving" }
  | { readonly type: "user.established"; readonly epoch: number }
  | { readonly type: "key.refused" }
  | { readonly type: "key.accepted" }
  /** There are no flags in hand and the last fetch failed. */
  | { readonly type: "flags.missing" }
  | { readonly type: "suspend" }
  | { readonly type: "resume" }
  /** The app came back into view; `slept` when sockets may be dead. */
  | { readonly type: "woken"; readonly slept: boolean }
  | { readonly type: "close" };

export interface ConnectionContext extends Sample, ConnectionInput {
  /** The user whose stream may be opened; none while a user is being replaced. */
  readonly epoch: number | undefined;
  /** Reconnects since the stream was last healthy. */
  readonly attempt: number;
  readonly pollDelayMs: number;
  readonly nextPollAt: number | undefined;
  readonly reconnectDelayMs: number;
  readonly nextReconnectAt: number | undefined;
  readonly spreadMs: number;
  readonly releaseDelayMs: number;
}

/** Polling takes over at this pace, in milliseconds, when it is disabled and the stream is down. */
const FALLBACK_INTERVAL_MS = 30_000;
/** How long the stream's own `init` may take before the flags are fetched instead, in milliseconds. */
const GREETING_MS = 250;
/** A fleet spreads its polls by this share of the interval. */
const POLL_JITTER = 0.1;

const wish = (by: WishSource) => ({ type: "wish", params: { by } }) as const;
const errorOf = ({ event }: { event: { error: RollgateError } }) => ({ error: event.error });

const init = {
  type: "notifyInit",
  params: ({ event }: { event: { flags: ReadonlyMap<string, Flag> } }) => ({ flags: event.flags }),
} as const;

/**
 * Keeps the flags current: by stream, by polling while there is none, and with a
 * single question now and then while the key is refused. It never fetches; it
 * wishes for a fetch.
 */
export const connectionMachine = setup({
  types: {
    context: {} as ConnectionContext,
    events: {} as ConnectionEvent,
    input: {} as ConnectionInput,
    /**
     * `passing`: left again before anything happens, nothing to tell a person about.
     * `detail`: the public name of the state leaves it out.
     */
    tags: {} as "passing" | "detail",
  },
  actors: {
    readStream: requiredCallback<ConnectionEvent, { epoch: number }>("readStream"),
  },
  actions: {
    sample: assign(NEUTRAL_SAMPLE),
    wish: sendParent((_, params: { by: WishSource }) => ({ type: "fetch.wanted", by: params.by })),
    noteUser: assign((_, params: { epoch: number }) => ({ epoch: params.epoch })),
    forgetUser: assign({ epoch: undefined }),
    planPoll: assign(({ context }) => {
      const pollDelayMs = spread(pollInterval(context), POLL_JITTER, () => context.dice);
      return { pollDelayMs, nextPollAt: context.at + pollDelayMs };
    }),
    forgetPoll: assign({ nextPollAt: undefined }),
    planRecovery: assign(({ context }) => ({
      nextPollAt: context.at + context.recoveryTimeoutMs,
    })),
    planReconnect: assign(({ context }) => {
      const delay = exponentialDelay(context.attempt, {
        baseDelayMs: context.reconnectBaseDelayMs,
        maxDelayMs: context.reconnectMaxDelayMs,
      });
      const reconnectDelayMs = uniform(delay / 2, delay * 1.5, () => context.dice);
      return {
        reconnectDelayMs,
        nextReconnectAt: context.at + reconnectDelayMs,
        attempt: context.attempt + 1,
      };
    }),
    forgetReconnect: assign({ nextReconnectAt: undefined }),
    forgetAttempts: assign({ attempt: 0 }),
    adoptRetry: assign((_, params: { delayMs: number }) => ({
      reconnectBaseDelayMs: params.delayMs,
    })),
    giveUpStreaming: assign({ streaming: false }),
    noteSpread: assign((_, params: { spreadMs: number }) => ({ spreadMs: params.spreadMs })),
    planRelease: assign(({ context }) => ({
      releaseDelayMs: uniform(0, context.spreadMs, () => context.dice),
    })),
    askPermit: sendTo(
      ({ system }) => system.get("client"),
      () => ({ type: "permit.requested", channel: "connection", purpose: "stream" }),
    ),
    askHold: sendTo(
      ({ system }) => system.get("hold"),
      ({ context }, params: { error: RollgateError }) => ({
        type: "hold.requested",
        forMs: retryAfterMsOf(params.error) ?? 0,
        at: context.at,
      }),
    ),
    notifyOpened: sendParent({ type: "stream.opened" }),
    notifyLost: sendParent({ type: "stream.lost" }),
    notifyInit: sendParent(({ context }, params: { flags: ReadonlyMap<string, Flag> }) => ({
      type: "stream.init",
      epoch: context.epoch,
      flags: params.flags,
    })),
    notifyFailed: sendParent((_, params: { error: RollgateError }) => ({
      type: "stream.failed",
      error: params.error,
    })),
    failByTimeout: raise(({ context }) => ({
      type: "stream.failed" as const,
      error: new TimeoutError(`The stream did not open within ${context.connectTimeoutMs} ms.`),
    })),
    notifyKeyRefused: sendParent({ type: "key.refused", by: "connection" }),
  },
  guards: {
    streams: ({ context }) => context.streaming,
    polls: ({ context }) => context.refreshIntervalMs > 0,
    userEstablished: ({ context }) => context.epoch !== undefined,
    refusedKey: (_, params: { error: RollgateError }) => isAuthenticationError(params.error),
    asksForQuiet: (_, params: { error: RollgateError }) =>
      retryAfterMsOf(params.error) !== undefined,
    // A server that stays down is reported once, not at every reconnect.
    firstFailure: ({ context }) => context.attempt === 0,
    spreadsChanges: ({ context }) => context.changeJitterMs > 0,
    slept: (_, params: { slept: boolean }) => params.slept,
    streamOpen: stateIn("#streamOpen"),
    streamDown: not(stateIn("#streamOpen")),
    refusedToStream: stateIn("#refusedToStream"),
    mayAsk: or([stateIn("#polling"), stateIn("#manual"), stateIn("#streaming")]),
  },
  delays: {
    pollDelay: ({ context }) => context.pollDelayMs,
    recoveryTimeout: ({ context }) => context.recoveryTimeoutMs,
    reconnectDelay: ({ context }) => context.reconnectDelayMs,
    releaseDelay: ({ context }) => context.releaseDelayMs,
    // A stream that lasted as long as the longest wait has earned a short one.
    healthyTime: ({ context }) => context.reconnectMaxDelayMs,
    connectTimeout: ({ context }) => context.connectTimeoutMs,
    greetingTime: GREETING_MS,
    changeJitter: ({ context }) => Math.round(context.changeJitterMs * context.dice),
  },
}).createMachine({
  id: "connection",
  type: "parallel",
  context: ({ input }) => ({
    ...NEUTRAL_SAMPLE,
    ...input,
    epoch: undefined,
    attempt: 0,
    pollDelayMs: 0,
    nextPollAt: undefined,
    reconnectDelayMs: 0,
    nextReconnectAt: undefined,
    spreadMs: 0,
    releaseDelayMs: 0,
  }),
  on: {
    "user.leaving": { actions: "forgetUser" },
    "user.established": { actions: { type: "noteUser", params: ({ event }) => event } },
  },
  states: {
    feed: {
      initial: "off",
      on: { close: ".closed", suspend: ".suspended", "key.refused": ".unauthorized" },
      states: {
        off: { on: { start: "choosing", suspend: {}, "key.refused": {} } },
        choosing: {
          tags: "passing",
          always: [
            { guard: "streams", target: "streaming" },
            { guard: "polls", target: "polling" },
            { target: "manual" },
          ],
        },
        polling: {
          id: "polling",
          entry: ["sample", "planPoll"],
          exit: "forgetPoll",
          after: { pollDelay: { target: "polling", reenter: true, actions: wish("poll") } },
          on: { woken: { actions: wish("return") } },
        },
        // Without polling the client still heals by itself when it holds no flags.
        manual: {
          id: "manual",
          initial: "resting",
          on: { woken: { actions: wish("return") } },
          states: {
            resting: { on: { "flags.missing": "healing" } },
            healing: {
              entry: ["sample", "planRecovery"],
              exit: "forgetPoll",
              after: { recoveryTimeout: { target: "resting", actions: wish("poll") } },
            },
          },
        },
        streaming: {
          id: "streaming",
          type: "parallel",
          on: { woken: { actions: wish("return") } },
          states: {
            link: {
              initial: "awaitingUser",
              on: { "user.leaving": { target: ".awaitingUser", actions: "forgetUser" } },
              states: {
                awaitingUser: {
                  tags: "passing",
                  always: { guard: "userEstablished", target: "asking" },
                },
                asking: {
                  tags: "passing",
                  entry: "askPermit",
                  on: { "permit.granted": "attached", "permit.refused": "held" },
                },
                held: {
                  on: {
                    "hold.ended": {
                      target: "releasing",
                      actions: { type: "noteSpread", params: ({ event }) => event },
                    },
                    "key.accepted": "asking",
                  },
                },
                releasing: {
                  entry: ["sample", "planRelease"],
                  after: { releaseDelay: "asking" },
                },
                attached: {
                  initial: "connecting",
                  invoke: {
                    id: "stream",
                    src: "readStream",
                    input: ({ context }) => ({ epoch: context.epoch ?? 0 }),
                    onError: {
                      target: "backingOff",
                      actions: {
                        type: "notifyFailed",
                        params: ({ event }) => ({ error: ensureRollgateError(event.error) }),
                      },
                    },
                  },
                  on: {
                    "stream.retry": {
                      actions: { type: "adoptRetry", params: ({ event }) => event },
                    },
                    "stream.closed": "backingOff",
                    "stream.finished": {
                      target: "#connection.feed.choosing",
                      actions: "giveUpStreaming",
                    },
                    "stream.failed": [
                      {
                        guard: { type: "refusedKey", params: errorOf },
                        target: "#refusedToStream",
                        actions: ["notifyKeyRefused", { type: "notifyFailed", params: errorOf }],
                      },
                      {
                        guard: { type: "asksForQuiet", params: errorOf },
                        target: "backingOff",
                        actions: [
                          "sample",
                          { type: "askHold", params: errorOf },
                          { type: "notifyFailed", params: errorOf },
                        ],
                      },
                      {
                        guard: "firstFailure",
                        target: "backingOff",
                        actions: { type: "notifyFailed", params: errorOf },
                      },
                      { target: "backingOff" },
                    ],
                    woken: {
                      guard: { type: "slept", params: ({ event }) => event },
                      target: "asking",
                      actions: wish("return"),
                    },
                  },
                  states: {
                    connecting: {
                      after: { connectTimeout: { actions: "failByTimeout" } },
                      on: { "stream.opened": "open" },
                    },
                    open: {
                      id: "streamOpen",
                      entry: "notifyOpened",
                      exit: "notifyLost",
                      after: { healthyTime: { actions: "forgetAttempts" } },
                    },
                  },
                },
                backingOff: {
                  entry: ["sample", "planReconnect"],
                  exit: "forgetReconnect",
                  after: { reconnectDelay: "asking" },
                  on: { woken: { target: "asking", actions: wish("return") } },
                },
                // The key is good, but not for streaming.
                refused: { after: { recoveryTimeout: "awaitingUser" } },
              },
            },
            polls: {
              initial: "waiting",
              states: {
                waiting: {
                  entry: ["sample", "planPoll"],
                  exit: "forgetPoll",
                  after: {
                    pollDelay: { target: "waiting", reenter: true, actions: wish("poll") },
                  },
                  always: { guard: "streamOpen", target: "paused" },
                },
                paused: { always: { guard: "streamDown", target: "waiting" } },
              },
            },
            news: {
              initial: "quiet",
              states: {
                quiet: {
                  on: {
                    "stream.opened": "greeting",
                    "stream.init": { actions: init },
                    "stream.changed": [
                      { guard: "spreadsChanges", target: "spreading" },
                      { actions: wish("stream") },
                    ],
                  },
                },
                // Servers send the whole set at once, or never: one fetch follows either way.
                greeting: {
                  always: { guard: "streamDown", target: "quiet" },
                  after: { greetingTime: { target: "quiet", actions: wish("stream") } },
                  on: {
                    "stream.init": { target: "quiet", actions: init },
                    "stream.changed": { target: "quiet", actions: wish("stream") },
                  },
                },
                spreading: {
                  always: { guard: "streamDown", target: "quiet" },
                  entry: "sample",
                  after: { changeJitter: { target: "quiet", actions: wish("stream") } },
                  on: { "stream.init": { target: "quiet", actions: init } },
                },
              },
            },
          },
        },
        unauthorized: {
          entry: ["sample", "planRecovery"],
          exit: "forgetPoll",
          after: {
            recoveryTimeout: [
              {
                guard: "refusedToStream",
                target: ".byStream",
                reenter: true,
                actions: wish("key"),
              },
              { target: "unauthorized", reenter: true, actions: wish("key") },
            ],
          },
          initial: "byKey",
          states: {
            byKey: { tags: "detail", on: { "key.accepted": "#connection.feed.choosing" } },
            byStream: {
              tags: "detail",
              id: "refusedToStream",
              on: { "key.accepted": "#connection.feed.streaming.link.refused" },
            },
          },
        },
        suspended: {
          on: {
            resume: { target: "choosing", actions: wish("return") },
            suspend: {},
            "key.refused": {},
          },
        },
        closed: { on: { close: {}, suspend: {}, "key.refused": {} } },
      },
    },
    // After a hold every client comes back at a moment of its own.
    release: {
      initial: "free",
      states: {
        free: {
          on: {
            "hold.ended": {
              target: "waiting",
              actions: { type: "noteSpread", params: ({ event }) => event },
            },
          },
        },
        waiting: {
          entry: ["sample", "planRelease"],
          after: {
            releaseDelay: [
              { guard: "mayAsk", target: "free", actions: wish("hold") },
              { target: "free" },
            ],
          },
        },
      },
    },
  },
});

function pollInterval(context: ConnectionContext): number {
  return context.refreshIntervalMs > 0 ? context.refreshIntervalMs : FALLBACK_INTERVAL_MS;
}

export type ConnectionActorRef = ActorRefFrom<typeof connectionMachine>;
