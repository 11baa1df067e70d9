import { type ActorRefFrom, assign, sendParent, sendTo, setup } from "xstate";
import type { ClockChecked, PermitRequested } from "./events";
import { NEUTRAL_SAMPLE, type Sample } from "./sample";

export interface CircuitBreakerInput {
  /** Failures within the window that open the circuit. */
  readonly failureThreshold: number;
  /** How long it stays open before a probe, in milliseconds. */
  readonly recoveryTimeoutMs: number;
  /** How long a failure counts, in milliseconds. */
  readonly monitoringWindowMs: number;
  /** Successful probes that close it again. */
  readonly successThreshold: number;
  /** Upper bound of the wait between two probes, in milliseconds. */
  readonly probeIntervalMs: number;
}

export type CircuitBreakerEvent =
  | PermitRequested
  | ClockChecked
  /** How an attempt ended: an answer, an outage, or neither (aborted by us, a 4xx). */
  | { readonly type: "attempt.succeeded" }
  | { readonly type: "attempt.failed" }
  | { readonly type: "attempt.voided" }
  | { readonly type: "reset" };

/** What the breaker tells the client; `probe.due` asks for an attempt. */
export type CircuitBreakerNotice =
  | { readonly type: "circuit.opened" }
  | { readonly type: "circuit.halfOpened" }
  | { readonly type: "circuit.closed" }
  | { readonly type: "probe.due" };

export interface CircuitBreakerContext extends Sample, CircuitBreakerInput {
  /** When the failures that still count happened, oldest first; never more than the threshold. */
  readonly failures: readonly number[];
  readonly lastFailureAt: number | undefined;
  readonly successes: number;
  readonly nextProbeAt: number;
}

const grant = { type: "grant", params: { probe: false } } as const;
const grantProbe = { type: "grant", params: { probe: true } } as const;

/**
 * Guards the flag requests. Failures are counted per attempt within a sliding
 * window, and a success does not erase them: a server that fails every second
 * time is broken too. While half open, one attempt at a time probes the server.
 */
export const circuitBreakerMachine = setup({
  types: {
    context: {} as CircuitBreakerContext,
    events: {} as CircuitBreakerEvent,
    input: {} as CircuitBreakerInput,
  },
  actions: {
    sample: assign(NEUTRAL_SAMPLE),
    countFailure: assign(({ context }) => ({
      lastFailureAt: context.at,
      failures: [
        // A clock put back by a day must not keep yesterday's failures alive.
        ...context.failures.filter((t) => Math.abs(context.at - t) <= context.monitoringWindowMs),
        context.at,
      ].slice(-context.failureThreshold),
    })),
    countSuccess: assign(({ context }) => ({ successes: context.successes + 1 })),
    forgetSuccesses: assign({ successes: 0 }),
    forget: assign({ failures: [], successes: 0 }),
    planProbe: assign(({ context }) => ({
      nextProbeAt: context.at + context.recoveryTimeoutMs,
    })),
    grant: sendTo(
      ({ system }) => system.get("refresh"),
      (_, params: { probe: boolean }) => ({ type: "permit.granted", probe: params.probe }),
    ),
    refuse: sendTo(
      ({ system }) => system.get("refresh"),
      ({ context }) => ({
        type: "permit.refused",
        refusal: { kind: "open", until: context.nextProbeAt },
      }),
    ),
    notifyOpened: sendParent({ type: "circuit.opened" }),
    notifyHalfOpened: sendParent({ type: "circuit.halfOpened" }),
    notifyClosed: sendParent({ type: "circuit.closed" }),
    wishProbe: sendParent({ type: "probe.due" }),
  },
  guards: {
    thresholdReached: ({ context }) => context.failures.length >= context.failureThreshold,
    recovered: ({ context }) => context.successes >= context.successThreshold,
    isIdentify: (_, request: PermitRequested) => request.purpose === "identify",
    probeDue: ({ context }, check: ClockChecked) => check.at >= context.nextProbeAt,
  },
  delays: {
    recoveryTimeout: ({ context }) => context.recoveryTimeoutMs,
    // Never zero: an attempt without outcome (a 404, say) must not make a tight loop.
    probeInterval: ({ context }) =>
      Math.min(context.probeIntervalMs, 1_000 * Math.max(1, context.successes)),
  },
}).createMachine({
  id: "circuit",
  context: ({ input }) => ({
    ...NEUTRAL_SAMPLE,
    ...input,
    failures: [],
    lastFailureAt: undefined,
    successes: 0,
    nextProbeAt: 0,
  }),
  initial: "closed",
  states: {
    closed: {
      always: { guard: "thresholdReached", target: "open" },
      on: {
        "permit.requested": { actions: grant },
        "attempt.failed": { actions: ["sample", "countFailure"] },
        reset: { actions: "forget" },
      },
    },
    open: {
      entry: ["sample", "planProbe", "notifyOpened"],
      after: { recoveryTimeout: "half_open" },
      on: {
        "permit.requested": { actions: "refuse" },
        "clock.checked": {
          guard: { type: "probeDue", params: ({ event }) => event },
          target: "half_open",
        },
        reset: { target: "closed", actions: ["forget", "notifyClosed"] },
      },
    },
    half_open: {
      entry: ["forgetSuccesses", "notifyHalfOpened"],
      initial: "ready",
      on: {
        "attempt.failed": { target: "open", actions: ["sample", "countFailure"] },
        reset: { target: "closed", actions: ["forget", "notifyClosed"] },
      },
      states: {
        ready: {
          entry: "wishProbe",
          on: {
            "permit.requested": [
              {
                guard: { type: "isIdentify", params: ({ event }) => event },
                actions: grantProbe,
              },
              { target: "probing", actions: grantProbe },
            ],
          },
        },
        probing: {
          on: {
            "permit.requested": { actions: "refuse" },
            "attempt.voided": "pausing",
            "attempt.succeeded": { target: "judging", actions: "countSuccess" },
          },
        },
        judging: {
          always: [
            {
              guard: "recovered",
              target: "#circuit.closed",
              actions: ["forget", "notifyClosed"],
            },
            { target: "pausing" },
          ],
        },
        pausing: {
          after: { probeInterval: "ready" },
          on: {
            "permit.requested": [
              {
                guard: { type: "isIdentify", params: ({ event }) => event },
                actions: grantProbe,
              },
              { target: "probing", actions: grantProbe },
            ],
          },
        },
      },
    },
  },
});

export type CircuitBreakerActorRef = ActorRefFrom<typeof circuitBreakerMachine>;
