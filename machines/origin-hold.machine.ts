import { type ActorRefFrom, assign, sendParent, sendTo, setup } from "xstate";
import type { ClockChecked, HoldRequested, PermitRequested } from "./events";

/** What the hold tells the client. */
export type OriginHoldNotice =
  | { readonly type: "hold.started"; readonly until: number }
  | { readonly type: "hold.ended"; readonly spreadMs: number };

export interface OriginHoldContext {
  /** When the hold ends, in milliseconds since the epoch. */
  readonly until: number;
  readonly forMs: number;
}

/** Of a date, almost nothing can be left; a fleet must not come back at once all the same, in milliseconds. */
const MIN_SPREAD_MS = 1_000;

/**
 * Owns `Retry-After` for everything that goes to the origin. While `held`, no
 * channel gets a permit; a later wish for quiet prolongs the hold, a shorter one
 * does not cut it.
 */
export const originHoldMachine = setup({
  types: {
    context: {} as OriginHoldContext,
    events: {} as HoldRequested | PermitRequested | ClockChecked,
  },
  actions: {
    noteHold: assign((_, hold: HoldRequested) => ({
      forMs: hold.forMs,
      until: hold.at + hold.forMs,
    })),
    notifyStarted: sendParent(({ context }) => ({ type: "hold.started", until: context.until })),
    notifyEnded: sendParent(({ context }) => ({
      type: "hold.ended",
      spreadMs: Math.max(context.forMs, MIN_SPREAD_MS),
    })),
    passOn: sendTo(
      ({ system }, request: PermitRequested) =>
        system.get(request.channel === "refresh" ? "circuit" : request.channel),
      (_, request) =>
        request.channel === "refresh" ? request : { type: "permit.granted", probe: false },
    ),
    refuse: sendTo(
      ({ system }, request: PermitRequested) => system.get(request.channel),
      ({ context }) => ({
        type: "permit.refused",
        refusal: { kind: "held", until: context.until },
      }),
    ),
  },
  guards: {
    outlasts: ({ context }, hold: HoldRequested) => hold.at + hold.forMs > context.until,
    over: ({ context }, check: ClockChecked) => check.at >= context.until,
  },
  delays: { holdTime: ({ context }) => context.forMs },
}).createMachine({
  id: "hold",
  context: { until: 0, forMs: 0 },
  initial: "free",
  states: {
    free: {
      on: {
        "permit.requested": { actions: { type: "passOn", params: ({ event }) => event } },
        "hold.requested": {
          target: "held",
          actions: { type: "noteHold", params: ({ event }) => event },
        },
      },
    },
    held: {
      entry: "notifyStarted",
      after: { holdTime: { target: "free", actions: "notifyEnded" } },
      on: {
        "permit.requested": { actions: { type: "refuse", params: ({ event }) => event } },
        "hold.requested": {
          guard: { type: "outlasts", params: ({ event }) => event },
          target: "held",
          reenter: true,
          actions: { type: "noteHold", params: ({ event }) => event },
        },
        "clock.checked": {
          guard: { type: "over", params: ({ event }) => event },
          target: "free",
          actions: "notifyEnded",
        },
      },
    },
  },
});

export type OriginHoldActorRef = ActorRefFrom<typeof originHoldMachine>;
