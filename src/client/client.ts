import type { ClientActorRef } from "../../machines";
import { type Inspect, parseBootstrap, type RollgateConfig, resolveConfig } from "../config";
import { ensureRollgateError, type RollgateError } from "../errors";
import type { FlagKey, FlagKeyOf } from "../flags/keys";
import type { EvaluationDetail, JsonValue, UserContext } from "../flags/types";
import { copyUser } from "../flags/user";
import type { Platform } from "../platform/platform";
import type { EventStats, TelemetryStats, TrackOptions } from "../tracking";
import { bootstrapOf, type FlagsBootstrap, flagOfValue, flagsOfBootstrap } from "./bootstrap";
import { readCircuit, readClientState } from "./client-state";
import { ClientCore } from "./core";
import { type DiagnosticsReport, makeReport } from "./diagnostics";
import { countRead, enabledDetail, enabledFor, valueDetail } from "./evaluate";
import type { ClientEvents, ClientListener, FlagRecord } from "./events";
import { clientClosed, notInitialized } from "./failures";
import { type FlagSnapshot, Snapshots } from "./flag-snapshot";
import type { EvaluationMode, FlagStore } from "./flag-store";
import { flushAll } from "./flush";
import { attendNotices } from "./notices";
import { recordOf } from "./slots";
import type {
  CacheStats,
  CircuitStateName,
  CircuitStats,
  ClientState,
  RefreshOptions,
  Transition,
} from "./types";
import { UserView } from "./user-view";

/**
 * A client of a Rollgate server: evaluates flags from memory, keeps them current,
 * delivers conversion events, and shows its inner life as state machines. The
 * packages' entries bind it to their platform as `RollgateClient`.
 */
export class PlatformClient {
  readonly #core: ClientCore;
  readonly #store: FlagStore;
  readonly #snapshots: Snapshots;

  /** @throws ConfigurationError that names the option which makes no sense. */
  constructor(config: RollgateConfig, platform: Platform) {
    this.#core = new ClientCore(resolveConfig(config, platform), platform);
    attendNotices(this.#core);
    this.#store = this.#core.services.store;
    this.#snapshots = new Snapshots(this.#store);
  }

  // Life

  /**
   * Makes a client and initializes it; one that cannot be initialized is closed
   * again. With `await using` it closes when its scope ends.
   */
  static async start<Client extends PlatformClient>(
    this: new (
      config: RollgateConfig,
    ) => Client,
    config: RollgateConfig,
    user?: UserContext,
  ): Promise<Client> {
    const client = new this(config);
    try {
      await client.init(user);
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /**
   * Loads persisted flags, fetches fresh ones and starts background updates.
   * Resolves with the first usable flags; rejects with the specific error when
   * there are none, at the latest after `initTimeoutMs`. The client then lives on
   * and keeps trying. Further calls get the same promise, unless it was rejected.
   */
  init(user?: UserContext): Promise<void> {
    const core = this.#core;
    if (this.#core.closing !== undefined) return this.#refuse(clientClosed());
    if (core.initPromise !== undefined) return core.initPromise;
    const named = this.#copy(user);
    if (named instanceof Error) return this.#refuse(named);
    const hasFlags = this.#store.set !== undefined;
    if (this.#initialized && hasFlags) {
      return named === undefined ? Promise.resolve() : this.identify(named);
    }
    this.#store.nameUser(named ?? this.#store.user);
    if (!this.#initialized) core.services.telemetry.begin();
    core.initPromise = core.pending.add("init");
    const { initPromise } = core;
    core.send({ type: "init", ...core.swap(hasFlags ? "kept" : "dropped") });
    if (core.services.queue.size > 0) core.noteQueue(0);
    return initPromise;
  }

  /**
   * Sends what is unsent, for at most `closeTimeoutMs`, and stops everything.
   * Later calls evaluate from the last flags and do no I/O.
   */
  close(): Promise<void> {
    const core = this.#core;
    if (core.closing !== undefined) return core.closing;
    const closing = core.pending.add("close");
    core.closing = closing;
    core.rejectInit(clientClosed());
    core.pending.reject("refresh", clientClosed());
    core.pending.reject("identify", clientClosed());
    core.send({ type: "close" });
    return closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // Evaluation

  /**
   * Whether a flag is on. Never throws, never waits; without flags in hand, or for
   * an unknown key, the default.
   *
   * @param user evaluated instead of the current one by the rules in the client;
   *   without rules the answer is the default, never another user's value.
   */
  isEnabled(key: FlagKey, defaultValue = false, user?: UserContext): boolean {
    if (user !== undefined) return enabledFor(this.#store, key, defaultValue, user);
    const slot = this.#store.slots.get(key);
    const flag = slot?.flag;
    if (slot === undefined || flag === undefined || flag.malformed) return defaultValue;
    countRead(slot, flag);
    return flag.on;
  }

  /** The same, with reason and origin. */
  isEnabledDetail(
    key: FlagKey,
    defaultValue = false,
    user?: UserContext,
  ): EvaluationDetail<boolean> {
    return enabledDetail(this.#store, key, defaultValue, user);
  }

  /** The value of a string flag; of another type, or off without a value: the default. */
  getString(key: FlagKeyOf<"string">, defaultValue: string, user?: UserContext): string {
    return this.getStringDetail(key, defaultValue, user).value;
  }

  getStringDetail(
    key: FlagKeyOf<"string">,
    defaultValue: string,
    user?: UserContext,
  ): EvaluationDetail<string> {
    return this.#value(key, "string", defaultValue, user);
  }

  /** The value of a number flag. */
  getNumber(key: FlagKeyOf<"number">, defaultValue: number, user?: UserContext): number {
    return this.getNumberDetail(key, defaultValue, user).value;
  }

  getNumberDetail(
    key: FlagKeyOf<"number">,
    defaultValue: number,
    user?: UserContext,
  ): EvaluationDetail<number> {
    return this.#value(key, "number", defaultValue, user);
  }

  /** The value of a JSON flag, deeply frozen. */
  getJson<T extends JsonValue>(key: FlagKeyOf<"json">, defaultValue: T, user?: UserContext): T {
    return this.getJsonDetail(key, defaultValue, user).value;
  }

  getJsonDetail<T extends JsonValue>(
    key: FlagKeyOf<"json">,
    defaultValue: T,
    user?: UserContext,
  ): EvaluationDetail<T> {
    return this.#value(key, "json", defaultValue, user);
  }

  /** The value of a flag of any type. */
  getValue(key: FlagKey, defaultValue: JsonValue, user?: UserContext): JsonValue {
    return this.getValueDetail(key, defaultValue, user).value;
  }

  getValueDetail(
    key: FlagKey,
    defaultValue: JsonValue,
    user?: UserContext,
  ): EvaluationDetail<JsonValue> {
    return this.#value(key, undefined, defaultValue, user);
  }

  /** All flags in hand, key → on or off, as a frozen record without prototype. */
  getAllFlags(user?: UserContext): FlagRecord {
    if (user !== undefined) return recordOf(this.#store.flagsFor(user));
    return this.#store.record();
  }

  /**
   * The flags in force as plain data, for the option `bootstrap` of a client in a page
   * that is rendered here: it answers there as this one does here. `undefined` when
   * there are none for that user; a client without `bootstrap` then fetches them.
   * Counts no evaluation. `bootstrapScript` writes it into a page.
   *
   * @param user evaluated instead of the current one, by the rules in the client
   */
  toBootstrap(user?: UserContext): FlagsBootstrap | undefined {
    const { slots } = this.#store;
    const absence = user === undefined ? this.#store.absence : this.#store.rulesAbsence;
    if (absence !== undefined) return undefined;
    if (user !== undefined) return bootstrapOf(this.#store.flagsFor(user));
    return bootstrapOf([...slots].map(([key, { flag }]) => [key, flag]));
  }

  /**
   * The flags as another user gets them, by the rules in the client; for servers
   * that answer for many users. There is nothing to close. A user that makes no
   * sense is reported as `error`, and the view answers as for nobody.
   */
  forUser(user: UserContext): UserView {
    const named = this.#copy(user ?? null);
    if (named instanceof Error) this.#core.report(named);
    return new UserView(
      named instanceof Error ? undefined : named,
      this.#store,
      (options, userId) => this.#core.track(options, userId),
    );
  }

  /** Whether the server decides what the current user gets, or rules in the client. */
  get mode(): EvaluationMode {
    return this.#store.mode;
  }

  /** The version of the rules in hand, as the server names it. */
  get rulesVersion(): string | undefined {
    return this.#store.rules?.rules.version;
  }

  // Users

  /**
   * Sets the user and refreshes. Resolves when this user's flags are in force:
   * fetched, or cached when the server fails; rejects when there are none. From
   * the call on no value of the previous user is served. The latest call wins.
   */
  identify(user: UserContext): Promise<void> {
    const named = this.#copy(user ?? null);
    return named instanceof Error ? this.#refuse(named) : this.#swap(named);
  }

  /** Clears the user and refreshes; resolves and rejects as {@link identify}. */
  reset(): Promise<void> {
    return this.#swap(undefined);
  }

  /** The current user, frozen. */
  get user(): UserContext | undefined {
    return this.#store.user;
  }

  // Keeping current

  /**
   * Fetches now, unless the flags in hand are younger than `ifOlderThanMs`.
   * Concurrent calls share one request; rejects when it fails, the flags in hand serving on.
   */
  refresh({ ifOlderThanMs = 0 }: RefreshOptions = {}): Promise<void> {
    return this.#whenRunning(() => {
      if (this.#core.hasFlagsYoungerThan(ifOlderThanMs)) return Promise.resolve();
      const promise = this.#core.pending.add("refresh");
      this.#core.send({ type: "refresh" });
      return promise;
    });
  }

  /**
   * Puts flags of the current user in force that came another way, as `bootstrap`
   * does at the start: with a page rendered by a server, say. They replace those in
   * hand at once and serve until newer ones come. Ignored while rules that an open
   * stream vouches for decide, and once the client was closed.
   * @throws ConfigurationError when they are not `{ flags, reasons?, details? }`.
   */
  applyBootstrap(bootstrap: FlagsBootstrap): void {
    const flags = flagsOfBootstrap(parseBootstrap(bootstrap));
    this.#core.send({ type: "flags.given", flags });
  }

  /** No request leaves while offline; flags keep serving, queued events wait. */
  setOffline(offline: boolean): void {
    this.#core.send({ type: offline ? "go.offline" : "go.online" });
  }

  /** Puts a local value over whatever the server says; for tests, support and development. */
  setOverride(key: FlagKey, value: JsonValue): void {
    this.#store.override(key, flagOfValue(value));
  }

  clearOverrides(): void {
    this.#store.clearOverrides();
  }

  // Conversion events and evaluation counts

  /** Queues a conversion event; one that makes no sense is refused, counted and reported as `error`. */
  track(options: TrackOptions): void {
    this.#core.track(options, this.#store.user?.id);
  }

  /** Sends the events queued so far; rejects when that fails, and they wait on. */
  flushEvents(): Promise<void> {
    return this.#whenRunning(() => {
      const { queue } = this.#core.services;
      if (queue.size === 0) return Promise.resolve();
      const promise = this.#core.pending.add("events", queue.stats().accepted);
      this.#core.send({ type: "flush", channel: "tracking", count: queue.size });
      return promise;
    });
  }

  /** `accepted = delivered + pending + dropped` at any moment. */
  getEventStats(): EventStats {
    return this.#core.services.queue.stats();
  }

  /** Reports the evaluations counted so far. */
  flushTelemetry(): Promise<void> {
    return this.#whenRunning(() => {
      const { telemetry } = this.#core.services;
      if (telemetry.stats.evaluationCount === 0) return Promise.resolve();
      const promise = this.#core.pending.add("telemetry", telemetry.collected);
      // The report under way, and one for what was counted since it left.
      this.#core.send({ type: "flush", channel: "telemetry", count: 2 });
      return promise;
    });
  }

  /** What no successful report has carried yet. */
  getTelemetryStats(): TelemetryStats {
    return this.#core.services.telemetry.stats;
  }

  /**
   * Does now what would be done later: sends events and counts, writes flags that
   * are to be kept, and waits for a fetch under way; for platforms that freeze or
   * end the process between two calls. Resolves when nothing is under way any more,
   * at the latest after `closeTimeoutMs`, and never rejects: what fails is an
   * `error` event, and waits for the next time.
   */
  flush(): Promise<void> {
    if (this.#core.closing !== undefined) return this.#core.closing;
    if (!this.#initialized) return Promise.resolve();
    return flushAll(this.#core, () => [this.flushEvents(), this.flushTelemetry()]);
  }

  // Breaker and cache

  get circuitState(): CircuitStateName {
    return readCircuit(this.#core.machines).state;
  }

  getCircuitStats(): CircuitStats {
    return readCircuit(this.#core.machines);
  }

  /** Closes the circuit and forgets its failures. */
  resetCircuit(): void {
    this.#core.send({ type: "circuit.reset" });
  }

  getCacheStats(): CacheStats {
    return this.#core.services.cache.stats;
  }

  /** Share of loads that found flags, 0 to 1; 0 before the first. */
  getCacheHitRate(): number {
    const { hits, misses, staleHits } = this.getCacheStats();
    const loads = hits + misses + staleHits;
    return loads === 0 ? 0 : (hits + staleHits) / loads;
  }

  /** Forgets the remembered and persisted flags of all users, not the flags in hand. */
  clearCache(): Promise<void> {
    if (this.#core.closing !== undefined) return this.#refuse(clientClosed());
    return this.#core.clearCache();
  }

  // Events and diagnostics

  /** @returns how to unsubscribe. */
  on<K extends keyof ClientEvents>(name: K, listener: ClientListener<K>): () => void {
    return this.#core.bridge.on(name, listener);
  }

  once<K extends keyof ClientEvents>(name: K, listener: ClientListener<K>): () => void {
    return this.#core.bridge.once(name, listener);
  }

  off<K extends keyof ClientEvents>(name: K, listener: ClientListener<K>): void {
    this.#core.bridge.off(name, listener);
  }

  /** Calls back whenever evaluations answer differently, of one flag or of any. */
  subscribe(listener: () => void): () => void;
  subscribe(key: FlagKey, listener: () => void): () => void;
  subscribe(keyOrListener: string | (() => void), listener?: () => void): () => void {
    const { subscriptions } = this.#core;
    if (typeof keyOrListener === "function") return subscriptions.add(undefined, keyOrListener);
    return subscriptions.add(keyOrListener, listener ?? (() => {}));
  }

  /**
   * The flags as they are now, to be read without counting: the same object until an
   * evaluation would answer differently, its reason, origin and age included.
   */
  getSnapshot(): FlagSnapshot {
    return this.#snapshots.current;
  }

  /** Grows with every change that {@link subscribe} tells of. */
  getVersion(): number {
    return this.#store.version;
  }

  /** Whether flags are in hand. */
  get isReady(): boolean {
    return this.#store.set !== undefined;
  }

  /** The states of all machines and what they plan next; fit for a health endpoint. */
  getState(): ClientState {
    return readClientState(this.#core.machines, this.#store.user !== undefined);
  }

  /** Calls back for every state change of every machine, cause before effect. */
  onTransition(listener: (transition: Transition) => void): () => void {
    const entry = { listener };
    this.#core.transitionListeners.add(entry);
    return () => this.#core.transitionListeners.delete(entry);
  }

  /** The last 200 transitions, oldest first. */
  getTransitions(): readonly Transition[] {
    return this.#core.recorder.transitions;
  }

  /**
   * All that a bug report needs, as plain JSON without key, users, flags or texts of
   * app and server. `npx rollgate replay <file>` shows it as a timeline.
   */
  exportDiagnostics(): DiagnosticsReport {
    return makeReport(this.#core, this);
  }

  /**
   * Lets an inspector watch the machines, at any time: it is told of every actor
   * that lives, as XState tells of new ones (`@xstate.actor`), and then of all that
   * happens. One that is attached already is not attached again.
   * @returns how to detach it.
   * @throws ConfigurationError when it is neither a function nor an observer.
   */
  attachInspector(inspector: Inspect): () => void {
    return this.#core.inspectors.attach(inspector, this.#core.root);
  }

  /** The root actor, for reading. */
  get actor(): Pick<ClientActorRef, "getSnapshot" | "subscribe" | "on"> {
    return this.#core.root;
  }

  get #initialized(): boolean {
    return this.#core.root.getSnapshot().value.phase !== "idle";
  }

  #value<T extends JsonValue>(
    key: string,
    type: "string" | "number" | "json" | undefined,
    defaultValue: T,
    user: UserContext | undefined,
  ): EvaluationDetail<T> {
    return valueDetail(this.#store, key, type, defaultValue, user);
  }

  #swap(user: UserContext | undefined): Promise<void> {
    const core = this.#core;
    if (this.#core.closing !== undefined) return this.#refuse(clientClosed());
    if (!this.#initialized) {
      this.#store.nameUser(user);
      return Promise.resolve();
    }
    const flags = this.#store.swapUser(user);
    const promise = core.pending.add("identify");
    core.send({ type: "identify", ...core.swap(flags) });
    return promise;
  }

  #whenRunning(act: () => Promise<void>): Promise<void> {
    if (this.#core.closing !== undefined) return this.#refuse(clientClosed());
    return this.#initialized ? act() : this.#refuse(notInitialized());
  }

  #copy(user: UserContext | undefined): UserContext | undefined | RollgateError {
    try {
      return user === undefined ? undefined : copyUser(user);
    } catch (error) {
      return ensureRollgateError(error);
    }
  }

  /** Awaited it rejects; forgotten it is an `error` event, not a crash. */
  #refuse(error: RollgateError): Promise<never> {
    this.#core.report(error);
    const refused = Promise.reject(error);
    refused.catch(() => {});
    return refused;
  }
}
