import { ensureRollgateError } from "../src/errors";
import { clientSetup } from "./client.setup";
import { wish } from "./client.words";

/**
 * Who decides what the current user gets. Rules stay in hand while newer flags of
 * the server overrule them for this user: they answer for all others.
 */
export const evaluation = clientSetup.createStateConfig({
  initial: "remote",
  on: {
    "fetch.wanted": { actions: { type: "wish", params: ({ event }) => event } },
    "stream.init": [
      {
        guard: { type: "plainAndCurrent", params: ({ event }) => event },
        // The set came without reasons: fetch them.
        actions: [{ type: "receiveInit", params: ({ event }) => event }, wish("stream")],
      },
      { actions: wish("stream") },
    ],
    "rules.arrived": [
      {
        guard: { type: "confirmed", params: ({ event }) => event },
        target: ".local.confirmed",
      },
      { guard: { type: "spare", params: ({ event }) => event }, target: ".overruled" },
      { target: ".local.doubtful" },
    ],
  },
  states: {
    remote: {},
    local: {
      initial: "doubtful",
      states: {
        // The open stream sent these rules and will send what changes.
        confirmed: {
          id: "rulesConfirmed",
          on: {
            "stream.init": {},
            "fetch.wanted": [
              { guard: { type: "fromStream", params: ({ event }) => event } },
              { actions: { type: "wish", params: ({ event }) => event } },
            ],
            "rules.doubted": "doubtful",
          },
        },
        // From an earlier stream, from storage or from the app: flags that the
        // server sends are newer.
        doubtful: {
          on: {
            "stream.init": "expecting",
            "flags.fetched": "#client.evaluation.overruled",
          },
        },
        // This server sends flags; its rules may follow.
        expecting: {
          after: { rulesGrace: { target: "doubtful", actions: wish("stream") } },
          on: {
            "stream.init": {},
            "rules.doubted": "doubtful",
            "flags.fetched": "#client.evaluation.overruled",
          },
        },
      },
    },
    overruled: {
      on: {
        identify: {
          guard: { type: "outdated", params: ({ event }) => event },
          target: "local",
        },
      },
    },
  },
});

/** Rules are compiled before they take force; the newest win. */
export const compiler = clientSetup.createStateConfig({
  initial: "resting",
  on: { "stream.rules": ".compiling" },
  states: {
    resting: {},
    compiling: {
      initial: "streaming",
      invoke: {
        id: "compileRules",
        src: "compileRules",
        onDone: [
          {
            guard: "streamGone",
            target: "resting",
            actions: { type: "receiveRules", params: { as: "doubtful" } },
          },
          { target: "resting", actions: { type: "receiveRules", params: { as: "confirmed" } } },
        ],
        // The evaluator could not be loaded: the server goes on deciding.
        onError: {
          target: "resting",
          actions: [
            {
              type: "emitError",
              params: ({ event }) => ({ error: ensureRollgateError(event.error) }),
            },
            wish("stream"),
          ],
        },
      },
      states: {
        streaming: { tags: "detail", on: { "rules.doubted": "streamGone" } },
        streamGone: { tags: "detail", id: "streamGone" },
      },
    },
  },
});
