import { assign, emit, enqueueActions, raise, sendTo, setup, stateIn } from "xstate";
import type { RollgateError } from "../src/errors";
import type { Flag } from "../src/flags/flag";
import {
  type CircuitBreakerInput,
  type CircuitBreakerNotice,
  circuitBreakerMachine,
} from "./circuit-breaker.machine";
import { connectionMachine } from "./connection.machine";
import type { ConnectionInput } from "./connection.setup";
import type {
  AttemptEnded,
  ClockChecked,
  Failure,
  FetchFailed,
  FetchSucceeded,
  FetchWanted,
  FlagAnswer,
  PermitRequested,
  Refusal,
  WishSource,
} from "./events";
import { flushLoopMachine } from "./flush-loop.machine";
import type { FlushLoopEvent, FlushLoopInput, FlushLoopNotice } from "./flush-loop.setup";
import { type FreshnessInput, type FreshnessNotice, freshnessMachine } from "./freshness.machine";
import { type OriginHoldNotice, originHoldMachine } from "./origin-hold.machine";
import {
  type PersistenceInput,
  type PersistenceNotice,
  persistenceMachine,
} from "./persistence.machine";
import { refreshMachine } from "./refresh.machine";
import type { RefreshInput } from "./refresh.setup";
import { requiredCallback, requiredPromise } from "./required";

/** The limits and intervals of the client and of every machine in it. */
export interface ClientInput {
  /** Flags are in hand before anything was loaded. */
  readonly bootstrapped: boolean;
  /** Stored flags that are fresh need not be confirmed by the server. */
  readonly trustsFresh: boolean;
  readonly initTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly circuit: CircuitBreakerInput;
  readonly connection: ConnectionInput;
  readonly refresh: RefreshInput;
  readonly freshness: Omit<FreshnessInput, "of">;
  readonly tracking: FlushLoopInput;
  readonly telemetry: FlushLoopInput;
  readonly cache: PersistenceInput;
  readonly outbox: PersistenceInput;
}

/** A user takes the place of another. */
export interface UserSwap {
  /** Number of this user; everything that carries a lower one is dropped. */
  readonly epoch: number;
  /** The server must be told. */
  readonly identify: boolean;
  /** The stream's `init` is right for this user: no attributes, no e-mail, no typed flags. */
  readonly plain: boolean;
  /**
   * What becomes of the flags in hand: another id drops them, other attributes
   * outdate them. `evaluated`: rules in hand decide, for the new user as for the old.
   */
  readonly flags: "dropped" | "outdated" | "kept" | "evaluated";
  /** Age of the flags in hand from now on, in milliseconds. */
  readonly age: number;
}

/** What rules in hand are good for: all users, or all but the current one, whose flags are newer. */
export type RulesRole = "serving" | "spare";

/** What storage holds for a user. */
export interface CacheLoad {
  readonly grade: "fresh" | "stale" | "expired" | "none";
  /** Age of the entry, in milliseconds. */
  readonly age: number;
  /** What is left of a remembered `Retry-After`, in milliseconds; 0: nothing. */
  readonly holdMs: number;
  readonly at: number;
  /** Rules were found, too: the newest word on this user, or behind its flags. */
  readonly rules?: RulesRole;
  /** Age of the rules, in milliseconds. */
  readonly rulesAge?: number;
  /** The rules are not from storage: the app gave them, and vouches for them. */
  readonly rulesGiven?: boolean;
}

export type LoopName = "tracking" | "telemetry";
/** The wall clock may have moved: how old things in hand are now. */
export interface ClocksChecked extends Omit<ClockChecked, "type"> {
  /** Age of the rules in hand, in milliseconds. */
  readonly rulesAge: number;
}

type ToLoop<T extends FlushLoopEvent["type"]> = Extract<FlushLoopEvent, { type: T }> & {
  readonly channel: LoopName;
};

export type ClientEvent =
  | ({ readonly type: "init" | "identify" } & UserSwap)
  | { readonly type: "refresh" | "go.offline" | "go.online" | "circuit.reset" | "close" }
  | ToLoop<"buffer.started" | "buffer.full" | "flush" | "flush.last">
  | { readonly type: "outbox.changed" }
  /** Do now what is put off: writes, and fetches that are spaced. */
  | { readonly type: "flush.deferred" }
  /** The app has flags of the current user that came another way. */
  | { readonly type: "flags.given"; readonly flags: ReadonlyMap<string, Flag> }
  /** The browser went offline or froze the page, or brought it back. */
  | { readonly type: "page.left" }
  | ({ readonly type: "page.returned" } & ClocksChecked)
  /** A page was shown, or a timer came late; `slept` when the process was not running. */
  | ({ readonly type: "woken"; readonly slept: boolean } & ClocksChecked)
  | PermitRequested
  | FetchWanted
  | FetchSucceeded
  | FetchFailed
  | AttemptEnded
  | { readonly type: "user.established"; readonly epoch: number }
  | { readonly type: "identify.failed"; readonly epoch: number; readonly error: RollgateError }
  | { readonly type: "key.refused"; readonly by: string }
  | { readonly type: "stream.opened" | "stream.lost" }
  | {
      readonly type: "stream.init";
      readonly epoch: number;
      readonly flags: ReadonlyMap<string, Flag>;
    }
  | { readonly type: "stream.rules" }
  | { readonly type: "stream.failed"; readonly error: RollgateError }
  | CircuitBreakerNotice
  | OriginHoldNotice
  | FreshnessNotice
  | FlushLoopNotice
  | PersistenceNotice
  // Said by one region of the client to the others.
  | ({ readonly type: "cache.loaded" } & CacheLoad)
  | {
      readonly type:
        | "flags.arrived"
        | "flags.judged"
        | "flags.dropped"
        | "flags.fetched"
        | "rules.doubted"
        | "key.accepted"
        | "error.told";
    }
  | { readonly type: "rules.arrived"; readonly as: "confirmed" | "doubtful" | "spare" }
  | { readonly type: "cache.closed" | "outbox.closed" | "stores.due" };

/** What the client tells the world outside of the machines. */
export type ClientEmitted =
  | { readonly type: "flags.received"; readonly epoch: number; readonly answer: FlagAnswer }
  | {
      readonly type: "init.received";
      readonly epoch: number;
      readonly flags: ReadonlyMap<string, Flag>;
    }
  | { readonly type: "cache.adopted"; readonly epoch: number }
  /** The rule set that was compiled last is in force from here on. */
  | { readonly type: "rules.received" }
  | FreshnessNotice
  | { readonly type: "hold.started"; readonly until: number }
  | { readonly type: "ready" }
  | { readonly type: "error"; readonly error: RollgateError }
  | { readonly type: "circuit.opened" | "circuit.halfOpened" | "circuit.closed" }
  | Extract<FlushLoopNotice, { type: "flush.progressed" | "flush.failed" }>
  | { readonly type: "init.settled"; readonly failure?: Failure | { readonly kind: "timeout" } }
  | { readonly type: "flags.given"; readonly flags: ReadonlyMap<string, Flag> }
  | { readonly type: "fetch.settled"; readonly forced: boolean; readonly failure?: Failure }
  | { readonly type: "closed" };

export interface ClientContext extends ClientInput, UserSwap {
  /** An expired entry in storage, for when the first fetch fails. */
  readonly reserve: CacheLoad | undefined;
}

type Requested = { readonly request: PermitRequested };
type Failed = { readonly failure: Failure };
type GivenFlags = { readonly flags: ReadonlyMap<string, Flag> };

/** The vocabulary of the client machine: its children, actions, guards and delays by name. */
export const clientSetup = setup({
  types: {
    context: {} as ClientContext,
    events: {} as ClientEvent,
    emitted: {} as ClientEmitted,
    input: {} as ClientInput,
    children: {} as {
      hold: "hold";
      circuit: "circuit";
      connection: "connection";
      refresh: "refresh";
      freshness: "freshness";
      rules: "freshness";
      tracking: "flushTracking";
      telemetry: "flushTelemetry";
      cache: "persistCache";
      outbox: "persistOutbox";
      page: "watchPage";
      loadCache: "loadCache";
      compileRules: "compileRules";
      restoreEvents: "restoreEvents";
    },
    /** `detail`: the public name of a state leaves it out. `busy`: something is under way. */
    tags: {} as "detail" | "busy",
  },
  actors: {
    hold: originHoldMachine,
    circuit: circuitBreakerMachine,
    connection: connectionMachine,
    refresh: refreshMachine,
    freshness: freshnessMachine,
    flushTracking: flushLoopMachine,
    flushTelemetry: flushLoopMachine,
    persistCache: persistenceMachine,
    persistOutbox: persistenceMachine,
    loadCache: requiredPromise<CacheLoad, { epoch: number }>("loadCache"),
    compileRules: requiredPromise<void, void>("compileRules"),
    restoreEvents: requiredPromise<void, void>("restoreEvents"),
    watchPage: requiredCallback<ClientEvent, void>("watchPage"),
  },
  actions: {
    // Users
    noteUser: assign((_, user: UserSwap) => ({
      epoch: user.epoch,
      identify: user.identify,
      plain: user.plain,
      flags: user.flags,
      age: user.age,
      reserve: undefined,
    })),
    retireUser: enqueueActions(({ enqueue, context }) => {
      enqueue.sendTo("refresh", { type: "user.leaving" });
      enqueue.sendTo("connection", { type: "user.leaving" });
      if (context.flags === "outdated") {
        enqueue.sendTo("freshness", { type: "flags.outdated", age: context.age });
      }
      if (context.flags !== "dropped") return;
      enqueue.sendTo("freshness", { type: "flags.dropped" });
      enqueue.raise({ type: "flags.dropped" });
    }),
    // The stream stays, and the server hears of the user before the next fetch only.
    replaceUser: enqueueActions(({ enqueue, context: { epoch, identify } }) => {
      enqueue.sendTo("refresh", { type: "user.noted", epoch, identify });
      enqueue.sendTo("connection", { type: "user.established", epoch });
      enqueue.emit({ type: "fetch.settled", forced: false });
    }),
    // The server may still evaluate streams for the attributes it was told last.
    doubtInit: assign({ plain: false }),
    establishUser: sendTo("connection", (_, params: { epoch: number }) => ({
      type: "user.established",
      epoch: params.epoch,
    })),

    // Flags
    receiveFlags: enqueueActions(
      ({ enqueue }, params: Pick<FetchSucceeded, "epoch" | "answer">) => {
        enqueue.emit({ type: "flags.received", epoch: params.epoch, answer: params.answer });
        enqueue.sendTo("freshness", { type: "flags.confirmed", age: 0 });
        enqueue.sendTo("cache", {
          type: params.answer.kind === "changed" ? "content.changed" : "content.touched",
        });
        enqueue.raise({ type: "key.accepted" });
        enqueue.raise({ type: "flags.fetched" });
        enqueue.raise({ type: "flags.arrived" });
      },
    ),
    // Rules that an open stream vouches for say the same of this user, and of all others.
    outrankFlags: raise({ type: "flags.arrived" }),
    receiveRules: enqueueActions(({ enqueue }, params: { as: "confirmed" | "doubtful" }) => {
      enqueue.emit({ type: "rules.received" });
      enqueue.sendTo("freshness", { type: "flags.confirmed", age: 0 });
      enqueue.sendTo("rules", { type: "flags.confirmed", age: 0 });
      enqueue.sendTo("cache", { type: "content.changed" });
      enqueue.raise({ type: "rules.arrived", as: params.as });
      enqueue.raise({ type: "flags.arrived" });
    }),
    receiveInit: enqueueActions(
      ({ enqueue }, params: { epoch: number; flags: ReadonlyMap<string, Flag> }) => {
        enqueue.emit({ type: "init.received", epoch: params.epoch, flags: params.flags });
        enqueue.sendTo("freshness", { type: "flags.confirmed", age: 0 });
        enqueue.sendTo("cache", { type: "content.changed" });
        enqueue.raise({ type: "flags.arrived" });
      },
    ),
    noteReserve: assign((_, load: CacheLoad) => ({ reserve: load })),
    forgetReserve: assign({ reserve: undefined }),
    adoptCache: enqueueActions(({ enqueue, context }, load: CacheLoad) => {
      enqueue.emit({ type: "cache.adopted", epoch: context.epoch });
      const rulesCame = load.rulesGiven === true ? "flags.confirmed" : "flags.restored";
      if (load.grade !== "none") {
        const type = load.rules === "serving" ? rulesCame : "flags.restored";
        enqueue.sendTo("freshness", { type, age: load.age });
      }
      if (load.rules !== undefined) {
        enqueue.sendTo("rules", { type: rulesCame, age: load.rulesAge ?? 0 });
        const as = load.rules === "serving" ? "doubtful" : "spare";
        enqueue.raise({ type: "rules.arrived", as });
      }
      if (load.grade !== "none") enqueue.raise({ type: "flags.arrived" });
    }),
    // The hold first: it must stand before the fetch asks for its permit.
    takeLoad: enqueueActions(({ enqueue, context }, load: CacheLoad) => {
      if (load.holdMs > 0) {
        enqueue.sendTo("hold", { type: "hold.requested", forMs: load.holdMs, at: load.at });
      }
      enqueue.raise({ ...load, type: "cache.loaded" });
      const { epoch, identify } = context;
      const isEnough = context.trustsFresh && load.grade === "fresh";
      const type = isEnough ? "user.noted" : "user.changed";
      enqueue.sendTo("refresh", { type, epoch, identify });
      if (isEnough) enqueue.emit({ type: "fetch.settled", forced: false });
    }),
    noteBootstrap: enqueueActions(({ enqueue }, params: GivenFlags) => {
      enqueue.emit({ type: "flags.given", ...params });
      enqueue.assign({ bootstrapped: true });
    }),
    takeGiven: enqueueActions(({ enqueue }, params: GivenFlags) => {
      enqueue.emit({ type: "flags.given", ...params });
      enqueue.sendTo("freshness", { type: "flags.confirmed", age: 0 });
      enqueue.raise({ type: "flags.fetched" });
      enqueue.raise({ type: "flags.arrived" });
    }),
    trustBootstrap: enqueueActions(({ enqueue }) => {
      enqueue.sendTo("freshness", { type: "flags.confirmed", age: 0 });
      enqueue.raise({ type: "flags.arrived" });
    }),
    wish: sendTo("refresh", (_, params: { by: WishSource }) => ({
      type: "fetch.wanted",
      by: params.by,
    })),
    askForFlags: sendTo("connection", { type: "flags.missing" }),
    doubtFlags: sendTo("connection", { type: "flags.unconfirmed" }),
    tellFreshness: enqueueActions(
      ({ enqueue }, { type }: { type: "stream.opened" | "stream.lost" }) => {
        for (const id of ["freshness", "rules"]) enqueue.sendTo(id, { type });
      },
    ),
    doubtRules: raise({ type: "rules.doubted" }),
    checkClocks: enqueueActions(({ enqueue }, { at, age, rulesAge }: ClocksChecked) => {
      for (const id of ["freshness", "hold", "circuit"]) {
        enqueue.sendTo(id, { type: "clock.checked", at, age });
      }
      enqueue.sendTo("rules", { type: "clock.checked", at, age: rulesAge });
    }),
    wake: sendTo("connection", (_, params: { slept: boolean }) => ({
      type: "woken",
      slept: params.slept,
    })),

    // Permits
    forwardPermit: sendTo("hold", (_, params: Requested) => params.request),
    refusePermit: sendTo(
      ({ system }, params: Requested & { refusal: Refusal }) => system.get(params.request.channel),
      (_, params) => ({ type: "permit.refused", refusal: params.refusal }),
    ),

    // Channels
    start: enqueueActions(({ enqueue }) => {
      for (const id of ["connection", "tracking", "telemetry"])
        enqueue.sendTo(id, { type: "start" });
    }),
    suspend: sendTo("connection", { type: "suspend" }),
    resume: sendTo("connection", { type: "resume" }),
    loseNetwork: sendTo("refresh", { type: "network.lost" }),
    refuseKey: sendTo("connection", { type: "key.refused" }),
    acceptKey: sendTo("connection", { type: "key.accepted" }),
    openGates: enqueueActions(({ enqueue }) => {
      enqueue.sendTo("tracking", { type: "gate.opened" });
      enqueue.sendTo("telemetry", { type: "gate.opened" });
    }),
    endHold: enqueueActions(({ enqueue }, params: { spreadMs: number }) => {
      for (const id of ["connection", "tracking", "telemetry"]) {
        enqueue.sendTo(id, { type: "hold.ended", spreadMs: params.spreadMs });
      }
    }),
    abandonRetries: sendTo("refresh", { type: "circuit.opened" }),
    resetCircuit: sendTo("circuit", { type: "reset" }),
    forwardToLoop: sendTo(
      ({ system }, event: ToLoop<"buffer.started" | "buffer.full" | "flush" | "flush.last">) =>
        system.get(event.channel),
      (_, event) => event,
    ),
    touchCache: sendTo("cache", { type: "content.touched" }),
    flushDeferred: enqueueActions(({ enqueue }) => {
      for (const id of ["refresh", "cache", "outbox"]) enqueue.sendTo(id, { type: "flush" });
    }),
    saveHold: sendTo("cache", { type: "content.changed" }),
    saveOutbox: sendTo("outbox", { type: "content.changed" }),

    // Outward
    emitReady: emit({ type: "ready" }),
    emitError: emit((_, params: { error: RollgateError }) => ({
      type: "error" as const,
      error: params.error,
    })),
    emitFailure: enqueueActions(({ enqueue }, params: Failed) => {
      if (params.failure.kind === "error") {
        enqueue.emit({ type: "error", error: params.failure.error });
      }
    }),
    emitAsIs: emit((_, event: ClientEmitted) => event),
    settleInit: emit((_, params: { failure?: Failure | { kind: "timeout" } }) => ({
      type: "init.settled" as const,
      ...params,
    })),
    settleFetch: emit((_, params: { forced: boolean; failure?: Failure }) => ({
      type: "fetch.settled" as const,
      ...params,
    })),

    // Ending
    stopFetching: enqueueActions(({ enqueue }) => {
      enqueue.sendTo("refresh", { type: "close" });
      enqueue.sendTo("connection", { type: "close" });
    }),
    drainLoops: enqueueActions(({ enqueue }) => {
      enqueue.sendTo("tracking", { type: "close" });
      enqueue.sendTo("telemetry", { type: "close" });
    }),
    // What would be answered from here on could not be recorded any more.
    haltLoops: enqueueActions(({ enqueue }) => {
      enqueue.sendTo("tracking", { type: "halt" });
      enqueue.sendTo("telemetry", { type: "halt" });
    }),
    // Behind what is on its way already: a stream that just ended vouched for the flags until now.
    queueSaving: sendTo(({ self }) => self, { type: "stores.due" }),
    closeStores: enqueueActions(({ enqueue }) => {
      enqueue.sendTo("cache", { type: "close" });
      enqueue.sendTo("outbox", { type: "close" });
    }),
    noteStoreClosed: raise((_, params: { type: "cache.closed" | "outbox.closed" }) => params),
    noteJudged: raise({ type: "flags.judged" }),
    markTold: raise({ type: "error.told" }),
    emitClosed: emit({ type: "closed" }),
  },
  guards: {
    current: ({ context }, params: { epoch: number }) => params.epoch === context.epoch,
    overtaken: ({ context }, params: { epoch: number }) => params.epoch !== context.epoch,
    overtakenCall: ({ context }, params: { epoch: number; forced: boolean }) =>
      params.epoch !== context.epoch && params.forced,
    currentWithReserve: ({ context }, params: { epoch: number }) =>
      params.epoch === context.epoch && context.reserve !== undefined,
    currentWithoutReserve: ({ context }, params: { epoch: number }) =>
      params.epoch === context.epoch && context.reserve === undefined,
    plainAndCurrent: ({ context }, params: { epoch: number }) =>
      params.epoch === context.epoch && context.plain,
    bootstrapped: ({ context }) => context.bootstrapped,
    hasReserve: ({ context }) => context.reserve !== undefined,
    fresh: (_, load: CacheLoad) => load.grade === "fresh",
    servable: (_, load: CacheLoad) => load.grade === "fresh" || load.grade === "stale",
    expired: (_, load: CacheLoad) => load.grade === "expired",
    hasSpareRules: (_, load: CacheLoad) => load.rules === "spare",
    spare: (_, params: { as: string }) => params.as === "spare",
    confirmed: (_, params: { as: string }) => params.as === "confirmed",
    ofRules: (_, params: { of: string }) => params.of === "rules",
    fromStream: (_, params: { by: WishSource }) => params.by === "stream",
    evaluated: (_, swap: UserSwap) => swap.flags === "evaluated",
    outdated: (_, swap: UserSwap) => swap.flags === "outdated",
    rulesConfirmed: stateIn("#rulesConfirmed"),
    streamGone: stateIn("#streamGone"),
    fromConnection: (_, params: { by: string }) => params.by === "connection",
    fromRefresh: (_, params: Requested) => params.request.channel === "refresh",
    isTracking: (_, params: { channel: LoopName }) => params.channel === "tracking",
    isTelemetry: (_, params: { channel: LoopName }) => params.channel === "telemetry",
    online: stateIn("#online"),
    offline: stateIn("#offline"),
    pagePresent: stateIn("#pagePresent"),
    pageAbsent: stateIn("#pageAbsent"),
    keyAccepted: stateIn("#keyAccepted"),
    keyRefused: stateIn("#keyRefused"),
    servingStale: stateIn("#initServingStale"),
  },
  delays: {
    initTimeout: ({ context }) => context.initTimeoutMs,
    closeTimeout: ({ context }) => context.closeTimeoutMs,
    // A write is given up after a second, and then the storage with it.
    saveTimeout: 2_000,
    // How long a server that sends rules may take to do so after it sent flags.
    rulesGrace: 250,
  },
});
