import type { AnyMachineSnapshot, InspectionEvent } from "xstate";
import type {
  CacheLoad,
  ClientActorRef,
  ClientEvent,
  ClocksChecked,
  UserSwap,
} from "../../machines";
import type { ResolvedConfig } from "../config";
import { ensureRollgateError, type RollgateError } from "../errors";
import type { RuleSet } from "../flags/rules";
import type { PageSignal, Platform } from "../platform/platform";
import { inTime, TOO_LATE } from "../storage/in-time";
import type { Names } from "../storage/names";
import { makeTrackEvent, type TrackOptions } from "../tracking";
import { flagsOfBootstrap } from "./bootstrap";
import { findMachines, type Machines } from "./client-state";
import { type ReportedError, rememberError } from "./diagnostics";
import { entryAge, entryGrade } from "./entry-age";
import { EventBridge } from "./event-bridge";
import type { FlagSet, RulesInHand } from "./flag-store";
import { inspectedFacts } from "./inspected-facts";
import { Inspectors } from "./inspectors";
import { Pending } from "./pending";
import { createServices, type Services } from "./services";
import { Subscriptions } from "./subscriptions";
import { TransitionRecorder } from "./transition-recorder";
import type { Transition } from "./types";
import { type Core, wireUp } from "./wire-up";

/** How long a start waits for the evaluator of rules, in milliseconds. */
const RULES_PATIENCE_MS = 1_000;

/** What was found for the user with that number. */
interface Loaded {
  readonly epoch: number;
  readonly set: FlagSet | undefined;
  readonly rules: RulesInHand | undefined;
}

/** What a promise that the app holds waits for. */
export type PendingKind = "init" | "refresh" | "identify" | "events" | "telemetry" | "close";

/** What stands behind the façade: the root actor, what it works with, and who listens. */
export class ClientCore implements Core {
  readonly config: ResolvedConfig;
  readonly services: Services;
  readonly bridge: EventBridge;
  readonly pending: Pending<PendingKind>;
  readonly subscriptions: Subscriptions;
  readonly recorder: TransitionRecorder;
  readonly inspectors: Inspectors;
  readonly root: ClientActorRef;
  readonly machines: Machines;
  /** The last errors that the app was told. */
  readonly errors: ReportedError[] = [];
  readonly transitionListeners = new Set<{ readonly listener: (t: Transition) => void }>();
  /** The connection's state as the app was last told. */
  #connection = "off";
  /** What `init()` returned last, unless it was rejected. */
  initPromise: Promise<void> | undefined;
  /** What `close()` returned. */
  closing: Promise<void> | undefined;
  /** What storage held for the user with that number. */
  #loaded: Loaded | undefined;
  /** Rules known beforehand, looked for once. */
  #found: Promise<RulesInHand | undefined> | undefined;

  constructor(config: ResolvedConfig, platform: Platform) {
    this.config = config;
    this.bridge = new EventBridge((message) => this.services.logger.error(message));
    this.bridge.on("error", (error) =>
      rememberError(this.errors, error, this.services.clock.now()),
    );
    this.pending = new Pending(() => platform.keepAlive());
    this.subscriptions = new Subscriptions(this.bridge);
    this.services = createServices(config, platform, {
      late: () => this.send({ type: "woken", slept: true, ...this.instant() }),
      error: (error) => this.report(error),
      served: (changes) => this.subscriptions.notify(changes),
      announced: (changes) => {
        for (const change of changes) this.bridge.emit("flag_changed", change);
        if (this.bridge.hasListeners("flags_updated")) {
          this.bridge.emit("flags_updated", this.services.store.record());
        }
      },
    });
    this.recorder = new TransitionRecorder(
      () => this.services.clock.now(),
      (transition, snapshot) => this.#tellTransition(transition, snapshot),
    );
    this.inspectors = new Inspectors({ facts: () => inspectedFacts(this.services) }, this.bridge);
    if (config.inspect !== undefined) this.inspectors.attach(config.inspect);
    this.root = wireUp(this);
    this.machines = findMachines(this.root);
    if (config.bootstrap?.flags !== undefined) this.adoptBootstrap();
  }

  /**
   * Tells the machines something. They start with the first thing that they are told: a
   * client that was made and left, as UI frameworks do in renders that they throw away,
   * listens to no page and is gone with its last reference.
   */
  send(event: ClientEvent): void {
    // XState warns in development when a stopped actor is told something.
    if (this.root.getSnapshot().status !== "active") return;
    this.root.start();
    this.root.send(event);
  }

  report(error: RollgateError): void {
    this.services.logger.warn(error.message);
    this.bridge.emit("error", error);
  }

  /** A later `init()` waits anew. */
  rejectInit(error: RollgateError): void {
    this.initPromise = undefined;
    this.pending.reject("init", error);
  }

  /** The wall time, and how old things in hand are. */
  instant(): ClocksChecked {
    const { clock, store } = this.services;
    return { at: clock.now(), age: store.age, rulesAge: store.rulesAge };
  }

  swap(flags: UserSwap["flags"]): UserSwap {
    const { store } = this.services;
    return {
      epoch: store.epoch,
      identify: store.user !== undefined,
      plain: store.plainUser && !this.config.typedFlags,
      flags,
      age: store.age,
    };
  }

  hasFlagsYoungerThan(ms: number): boolean {
    const { store } = this.services;
    const { value } = this.machines.freshness.getSnapshot() as AnyMachineSnapshot;
    return store.set !== undefined && (store.age < ms || (ms > 0 && value.age === "live"));
  }

  adoptBootstrap(): void {
    const { store } = this.services;
    store.replace(store.epoch, flagsOfBootstrap(this.config.bootstrap ?? {}), "bootstrap");
  }

  adoptLoaded(epoch: number): void {
    const { store } = this.services;
    const loaded = this.#loaded;
    this.#loaded = undefined;
    if (loaded === undefined || loaded.epoch !== epoch) return;
    if (loaded.set !== undefined) store.adopt(epoch, loaded.set);
    if (loaded.rules === undefined) return;
    store.adoptRules(loaded.rules, loaded.set === undefined && store.set === undefined);
    this.tellRules(loaded.rules.rules, undefined);
  }

  tellRules(rules: RuleSet, before: RuleSet | undefined): void {
    if (this.bridge.hasListeners("rule_changed")) {
      for (const key of rules.changedSince(before)) this.bridge.emit("rule_changed", { key });
    }
    this.bridge.emit("rules_updated", rules.version);
  }

  /** Forgets the remembered and persisted flags of all users, and the persisted rules. */
  async clearCache(): Promise<void> {
    this.#found = Promise.resolve(undefined);
    await this.services.cache.clear();
    await this.services.rulesCache.clear();
  }

  /** Queues a conversion event, of that user unless the options name another one. */
  track(options: TrackOptions, userId: string | undefined): void {
    const { queue, clock } = this.services;
    if (this.closing !== undefined || !this.config.tracking.enabled) {
      queue.refuse();
      return;
    }
    try {
      const before = queue.size;
      const dropped = queue.push(makeTrackEvent(options, userId, clock.now()));
      if (dropped > 0) this.bridge.emit("events_dropped", { count: dropped, reason: "overflow" });
      this.noteQueue(before);
    } catch (error) {
      queue.refuse();
      this.report(ensureRollgateError(error));
    }
  }

  /** Tells the flush loop of the edges only: the first event, and a full batch. */
  noteQueue(before: number): void {
    const { size } = this.services.queue;
    if (before === 0 && size > 0) this.send({ type: "buffer.started", channel: "tracking" });
    const batch = this.config.tracking.maxBufferSize;
    if (before < batch && size >= batch) this.send({ type: "buffer.full", channel: "tracking" });
    if (this.config.tracking.persist && this.services.outbox.change()) {
      this.send({ type: "outbox.changed" });
    }
  }

  inspected(event: InspectionEvent): void {
    this.recorder.observe(event);
    this.inspectors.next(event);
  }

  async loadCache(epoch: number): Promise<CacheLoad> {
    const { store, cache } = this.services;
    const hasFlags = store.set !== undefined;
    const place = await cache.placeOf(store.user);
    // Both ask storage in this turn.
    this.#found ??= this.#findRules(place.names);
    const reading = cache.read(place, !hasFlags);
    const [found, stored] = await Promise.all([this.#found, reading]);
    const rules = store.rules === undefined ? found : undefined;
    if (hasFlags) {
      const hold = cache.loadHold(stored);
      if (rules === undefined) return hold;
      const rulesAge = entryAge(rules.confirmedAt, hold.at, this.config.cache);
      // Too old to be served before a fetch failed, and there are flags in hand.
      if (entryGrade(rulesAge, this.config.cache) === "expired") return hold;
      this.#loaded = { epoch, set: undefined, rules };
      return { ...hold, rules: "spare", rulesAge, rulesGiven: rules.source === "bootstrap" };
    }
    const { load, set } = cache.load(place, stored, rules);
    if (store.epoch !== epoch || store.set !== undefined) {
      const { rules: _, ...hold } = load;
      return { ...hold, grade: "none" };
    }
    this.#loaded = { epoch, set, rules: load.rules === undefined ? undefined : rules };
    return load;
  }

  /** The rules that the app gave, else those in storage. */
  async #findRules(names: Names): Promise<RulesInHand | undefined> {
    const { rules, rulesCache, clock } = this.services;
    const given = this.config.bootstrap?.rules;
    const stored = given === undefined ? await rulesCache.load(names) : undefined;
    const raw = given ?? stored;
    if (raw === undefined) return undefined;
    try {
      // Flags must not wait for an evaluator that does not load.
      const compiled = await inTime(rules.compile(raw), RULES_PATIENCE_MS, clock, () => {});
      return {
        rules: compiled,
        source: given === undefined ? "cache" : "bootstrap",
        confirmedAt: stored?.confirmedAt ?? clock.now(),
        confirmedMonotonic: undefined,
      };
    } catch (error) {
      if (error !== TOO_LATE) this.report(ensureRollgateError(error));
      return undefined;
    }
  }

  async restoreEvents(): Promise<void> {
    const { queue, outbox } = this.services;
    const before = queue.size;
    const overflow = await outbox.restore();
    if (overflow > 0) this.bridge.emit("events_dropped", { count: overflow, reason: "overflow" });
    this.noteQueue(before);
  }

  pageEvent(signal: PageSignal): ClientEvent {
    this.services.clock.note(signal.type);
    switch (signal.type) {
      case "hidden":
        return { type: "flush.last", channel: "tracking", count: this.services.queue.size };
      case "left":
        return { type: "page.left" };
      case "returned":
        return { type: "page.returned", ...this.instant() };
      case "shown":
        return { type: "woken", slept: false, ...this.instant() };
    }
  }

  #tellTransition(transition: Transition, snapshot: AnyMachineSnapshot): void {
    for (const { listener } of [...this.transitionListeners]) {
      this.bridge.isolate(() => listener(transition), "onTransition");
    }
    const { actor, to } = transition;
    if (actor !== "connection" || snapshot.hasTag("passing") || to === this.#connection) return;
    const from = this.#connection;
    this.#connection = to;
    this.bridge.emit("connection_changed", { from, to });
  }
}
