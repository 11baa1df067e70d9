import { assign, not, or, raise, sendParent, sendTo, setup, stateIn } from "xstate";
import {
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
  /** The full evaluated set of the user the stream was opened for; where rules decide, users change under it. */
  | {
      readonly type: "stream.init";
      readonly epoch: number;
      readonly flags: ReadonlyMap<string, Flag>;
    }
  /** A rule set for every user; the reader keeps it until it is compiled. */
  | { readonly type: "stream.rules" }
  /** Some flag changed: fetch. */
  | { readonly type: "stream.changed" }
  /** The server proposes another base for the reconnect delay. */
  | { readonly type: "stream.retry"; readonly delayMs: number }
  /** The server closed the stream, or it was silent for too long. */
  | { readonly type: "stream.closed" }
  /** The key was refused where it was; the next stream carries it elsewhere. */
  | { readonly type: "stream.rekeyed" }
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
  /** The last fetch failed: the flags in hand may lack a change that was announced. */
  | { readonly type: "flags.unconfirmed" }
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

/** The vocabulary of the machine, apart from its states: actors, actions, guards and delays by name. */
export const connectionSetup = setup({
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
    notifyInit: sendParent((_, params: { epoch: number; flags: ReadonlyMap<string, Flag> }) => ({
      type: "stream.init",
      epoch: params.epoch,
      flags: params.flags,
    })),
    notifyRules: sendParent({ type: "stream.rules" }),
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
});

function pollInterval(context: ConnectionContext): number {
  return context.refreshIntervalMs > 0 ? context.refreshIntervalMs : FALLBACK_INTERVAL_MS;
}
