import type { ActorRefFrom } from "xstate";
import { ensureRollgateError, type RollgateError } from "../src/errors";
import type { Flag } from "../src/flags/flag";
import { connectionSetup } from "./connection.setup";
import type { WishSource } from "./events";
import { NEUTRAL_SAMPLE } from "./sample";

const wish = (by: WishSource) => ({ type: "wish", params: { by } }) as const;

const errorOf = ({ event }: { event: { error: RollgateError } }) => ({ error: event.error });

const init = {
  type: "notifyInit",
  params: ({ event }: { event: { epoch: number; flags: ReadonlyMap<string, Flag> } }) => event,
} as const;

/**
 * Keeps the flags current: by stream, by polling while there is none, and with a
 * single question now and then while the key is refused. It never fetches; it
 * wishes for a fetch.
 */
export const connectionMachine = connectionSetup.createMachine({
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
                    "stream.rekeyed": "asking",
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
            // An open stream does not repeat what could not be fetched.
            repair: {
              initial: "resting",
              states: {
                resting: {
                  on: {
                    "flags.missing": { guard: "streamOpen", target: "healing" },
                    "flags.unconfirmed": { guard: "streamOpen", target: "healing" },
                  },
                },
                healing: {
                  entry: ["sample", "planRecovery"],
                  exit: "forgetPoll",
                  always: { guard: "streamDown", target: "resting" },
                  after: { recoveryTimeout: { target: "resting", actions: wish("poll") } },
                  // The moment drawn for the end of the hold is this one's, too.
                  on: { "hold.ended": "resting" },
                },
              },
            },
            news: {
              initial: "quiet",
              states: {
                quiet: {
                  on: {
                    "stream.opened": "greeting",
                    "stream.init": { actions: init },
                    "stream.rules": { actions: "notifyRules" },
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
                    "stream.rules": { target: "quiet", actions: "notifyRules" },
                    "stream.changed": { target: "quiet", actions: wish("stream") },
                  },
                },
                spreading: {
                  always: { guard: "streamDown", target: "quiet" },
                  entry: "sample",
                  after: { changeJitter: { target: "quiet", actions: wish("stream") } },
                  on: {
                    "stream.init": { target: "quiet", actions: init },
                    "stream.rules": { target: "quiet", actions: "notifyRules" },
                  },
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

export type ConnectionActorRef = ActorRefFrom<typeof connectionMachine>;
