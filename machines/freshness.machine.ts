import { type ActorRefFrom, and, assign, sendParent, setup, stateIn } from "xstate";
import type { ClockChecked } from "./events";
import { NEUTRAL_SAMPLE, type Sample } from "./sample";

export interface FreshnessInput {
  /** Whose age it is: of the current user's flags, or of the rules for everybody. */
  readonly of: "flags" | "rules";
  /** Flags younger than this are fresh, in milliseconds. */
  readonly ttlMs: number;
  /** Flags older than this are withheld, in milliseconds; absent: never. */
  readonly maxStalenessMs?: number;
}

export type FreshnessEvent =
  /** They were received or confirmed `age` milliseconds ago. */
  | { readonly type: "flags.confirmed"; readonly age: number }
  /** They were taken from storage, of that age; nobody confirmed them since. */
  | { readonly type: "flags.restored"; readonly age: number }
  /** They are not what the server would say of the user now; `age` as above. */
  | { readonly type: "flags.outdated"; readonly age: number }
  /** There are none in hand any more. */
  | { readonly type: "flags.dropped" }
  /** An open stream vouches for them; a lost one no longer does. */
  | { readonly type: "stream.opened" }
  | { readonly type: "stream.lost" }
  | ClockChecked;

/** `unconfirmed`: young enough, but from storage, and the server has not confirmed them since. */
export type Freshness = "fresh" | "unconfirmed" | "stale" | "expired";

/** What freshness tells the client. */
export type FreshnessNotice =
  | {
      readonly type: "freshness.changed";
      readonly of: FreshnessInput["of"];
      readonly to: Freshness;
    }
  /** The stream vouched for them until this moment. */
  | { readonly type: "flags.vouched"; readonly of: FreshnessInput["of"] };

export interface FreshnessContext extends Sample {
  readonly of: FreshnessInput["of"];
  readonly ttlMs: number;
  readonly maxStalenessMs: number;
  readonly age: number;
}

const notify = (to: Freshness) => ({ type: "notify", params: { to } }) as const;

const ageOf = ({ event }: { event: { readonly age: number } }) => event;
const outdated = [
  {
    guard: { type: "tooOldNow", params: ageOf },
    target: "expired",
    actions: { type: "noteAge", params: ageOf },
  },
  { target: "stale", actions: { type: "noteAge", params: ageOf } },
] as const;

// The next user's: other flags, of another age.
const staleAnew = [outdated[0], { ...outdated[1], reenter: true }] as const;

const ofAge = {
  untilStale: [
    { guard: "expiresFirst", target: "expired" },
    { target: "stale", actions: "noteTtl" },
  ],
} as const;

/**
 * How old the flags in hand are, decided by timers, so that no evaluation asks
 * the clock. One machine, two actors: the current user's flags, and the rules.
 * While the stream is open, flags that were confirmed since it opened do not age:
 * silence means that nothing changed.
 */
export const freshnessMachine = setup({
  types: {
    context: {} as FreshnessContext,
    events: {} as FreshnessEvent,
    input: {} as FreshnessInput,
  },
  actions: {
    sample: assign(NEUTRAL_SAMPLE),
    noteAge: assign((_, params: { age: number }) => ({ age: params.age })),
    noteTtl: assign(({ context }) => ({ age: context.ttlMs })),
    rejuvenate: assign({ age: 0 }),
    notifyVouched: sendParent(({ context }) => ({ type: "flags.vouched", of: context.of })),
    notify: sendParent(({ context }, params: { to: Freshness }) => ({
      type: "freshness.changed",
      of: context.of,
      to: params.to,
    })),
  },
  guards: {
    tooOld: ({ context }) => context.age >= context.maxStalenessMs,
    old: ({ context }) => context.age >= context.ttlMs,
    // What was old on arrival, from storage, the stream knows nothing of.
    vouchedFor: and([
      stateIn("#streamUp"),
      ({ context }: { context: FreshnessContext }) => context.age === 0,
    ]),
    canExpire: ({ context }) => context.maxStalenessMs < Number.POSITIVE_INFINITY,
    expiresFirst: ({ context }) => context.maxStalenessMs <= context.ttlMs,
    tooOldNow: ({ context }, check: { readonly age: number }) =>
      check.age >= context.maxStalenessMs,
  },
  delays: {
    untilStale: ({ context }) => Math.min(context.ttlMs, context.maxStalenessMs) - context.age,
    untilExpired: ({ context }) => context.maxStalenessMs - context.age,
  },
}).createMachine({
  id: "freshness",
  type: "parallel",
  context: ({ input }) => ({
    ...NEUTRAL_SAMPLE,
    of: input.of,
    ttlMs: input.ttlMs,
    maxStalenessMs: input.maxStalenessMs ?? Number.POSITIVE_INFINITY,
    age: 0,
  }),
  states: {
    age: {
      initial: "empty",
      on: {
        "flags.confirmed": {
          target: ".judging",
          actions: { type: "noteAge", params: ({ event }) => event },
        },
        "flags.restored": {
          target: ".weighing",
          actions: { type: "noteAge", params: ({ event }) => event },
        },
        "flags.dropped": ".empty",
      },
      states: {
        empty: {},
        judging: {
          always: [
            { guard: "vouchedFor", target: "live" },
            { guard: "tooOld", target: "expired" },
            { guard: "old", target: "stale" },
            { target: "fresh" },
          ],
        },
        weighing: {
          always: [
            { guard: "tooOld", target: "expired" },
            { guard: "old", target: "stale" },
            { target: "unconfirmed" },
          ],
        },
        live: {
          entry: notify("fresh"),
          on: {
            "stream.lost": { target: "fresh", actions: ["rejuvenate", "notifyVouched"] },
            "flags.outdated": outdated,
          },
        },
        fresh: {
          entry: ["sample", notify("fresh")],
          after: ofAge,
          on: {
            "clock.checked": {
              target: "judging",
              actions: { type: "noteAge", params: ({ event }) => event },
            },
            "flags.outdated": outdated,
          },
        },
        unconfirmed: {
          entry: ["sample", notify("unconfirmed")],
          after: ofAge,
          on: {
            "clock.checked": {
              target: "weighing",
              actions: { type: "noteAge", params: ({ event }) => event },
            },
            "flags.outdated": outdated,
          },
        },
        stale: {
          entry: ["sample", notify("stale")],
          after: { untilExpired: { guard: "canExpire", target: "expired" } },
          on: {
            "flags.outdated": staleAnew,
            "clock.checked": {
              guard: { type: "tooOldNow", params: ({ event }) => event },
              target: "expired",
            },
          },
        },
        expired: { entry: notify("expired") },
      },
    },
    stream: {
      initial: "down",
      states: {
        down: { on: { "stream.opened": "up" } },
        up: { id: "streamUp", on: { "stream.lost": "down" } },
      },
    },
  },
});

export type FreshnessActorRef = ActorRefFrom<typeof freshnessMachine>;
