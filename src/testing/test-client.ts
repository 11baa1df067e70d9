import {
  type EvaluationReason,
  type FlagKey,
  type JsonValue,
  RollgateClient,
  type RollgateError,
  type TrackOptions,
  type UserContext,
  type UserView,
} from "rollgate";
import { type FailingRequest, MemoryServer } from "./memory-server";
import { checkOptions, type TestClientOptions, type TestFlags } from "./test-client-options";
import { type TrackedCall, trackedCall } from "./tracked-call";
import { createVirtualClock } from "./virtual-clock";

/**
 * A `RollgateClient` for tests of an app: every method is the real one, but requests
 * are answered from memory, nothing is stored, and no timer runs.
 */
export class TestClient extends RollgateClient {
  readonly #server: MemoryServer;
  readonly #rules: Promise<void> | undefined;
  readonly #tracked: TrackedCall[] = [];

  /** @throws ConfigurationError that names the option which makes no sense. */
  constructor(options: TestClientOptions = {}) {
    checkOptions(options);
    const { rules, maxStalenessMs, ready = true } = options;
    const server = new MemoryServer();
    const { flags = {}, reasons = {} } = options;
    for (const [key, value] of Object.entries(flags)) server.set(key, value, reasons[key]);
    const known = { ...(ready && server.bootstrap), ...(rules !== undefined && { rules }) };
    super({
      apiKey: "test",
      baseUrl: "http://rollgate.test",
      typedFlags: true,
      fetch: server.fetch,
      clock: options.clock ?? createVirtualClock(),
      refreshIntervalMs: 0,
      retry: { maxRetries: 0 },
      telemetry: { enabled: false },
      cache: { storage: false },
      logLevel: "silent",
      ...((ready || rules !== undefined) && { bootstrap: known }),
      ...(maxStalenessMs !== undefined && { maxStalenessMs }),
    });
    this.#server = server;
    this.#rules = rules === undefined ? undefined : this.#untilRules();
    // The flags were changed while an answer was on its way.
    this.actor.on("flags.received", () => {
      if (!server.isAnswerCurrent) this.applyBootstrap(server.bootstrap);
    });
    if (options.user !== undefined) this.setUser(options.user);
  }

  // What the test decides

  /**
   * Changes what the current user gets, or adds it: evaluations and listeners know at
   * once. While there are no flags in hand, it changes those that will come.
   * @throws ConfigurationError when the value is no JSON.
   */
  setFlag(key: FlagKey, value: JsonValue, reason?: EvaluationReason): void {
    this.#server.set(key, value, reason);
    this.#serve();
  }

  /** Changes several flags, and leaves the others; the app is told once. */
  setFlags(flags: TestFlags): void {
    for (const [key, value] of Object.entries(flags)) this.#server.set(key, value);
    this.#serve();
  }

  /** From here on the app gets its default. */
  removeFlag(key: FlagKey): void {
    this.#server.remove(key);
    this.#serve();
  }

  /**
   * Changes the current user, or with `undefined` clears it: as `identify()` and
   * `reset()`, with nothing to await. The flags stay what they are. Ignored once the
   * client was closed.
   * @throws ValidationError when the user makes no sense.
   */
  setUser(user: UserContext | undefined): void {
    const { isReady } = this;
    let refusal: RollgateError | undefined;
    const off = this.on("error", (error) => {
      refusal = error;
    });
    const done = user === undefined ? this.reset() : this.identify(user);
    off();
    done.catch(() => {});
    if (refusal !== undefined) throw refusal;
    if (isReady) this.applyBootstrap(this.#server.bootstrap);
  }

  /**
   * Lets the next request of a kind fail, so that what waits for it rejects: `flags` are
   * asked for by `init()`, `identify()`, `reset()` and `refresh()`, `events` are sent by
   * `flushEvents()`. Called twice, the next two fail.
   * @param status what the server answers, 400 to 599; unset: the network fails.
   * @throws ConfigurationError for another kind or status.
   */
  failNext(request: FailingRequest, status?: number): void {
    this.#server.failNext(request, status);
  }

  // What the test looks at

  /** What `track()` of the client and of its views accepted, oldest first. */
  get tracked(): readonly TrackedCall[] {
    return Object.freeze([...this.#tracked]);
  }

  clearTracked(): void {
    this.#tracked.length = 0;
  }

  // What the app calls

  override init(user?: UserContext): Promise<void> {
    const started = super.init(user);
    if (this.#rules === undefined) return started;
    const complete = started.then(() => this.#rules);
    // As the client's own promises: forgotten, it is an `error` event, not a crash.
    complete.catch(() => {});
    return complete;
  }

  override track(options: TrackOptions): void {
    this.#record(options, this.user?.id, () => super.track(options));
  }

  override forUser(user: UserContext): UserView {
    const view = super.forUser(user);
    const track = view.track.bind(view);
    view.track = (options) => this.#record(options, view.user?.id, () => track(options));
    return view;
  }

  #serve(): void {
    if (this.isReady) this.applyBootstrap(this.#server.bootstrap);
  }

  /** Notes the event if the client accepts it. */
  #record(options: TrackOptions, userId: string | undefined, track: () => void): void {
    const { accepted } = this.getEventStats();
    track();
    if (this.getEventStats().accepted === accepted) return;
    this.#tracked.push(trackedCall(options, options.userId ?? userId ?? ""));
  }

  /** Until the rules are in force, or will not come. */
  #untilRules(): Promise<void> {
    return new Promise((resolve) => {
      this.once("rules_updated", () => resolve());
      this.once("closed", () => resolve());
      this.on("error", ({ code }) => {
        if (code === "RULES_NOT_LOADED") resolve();
      });
    });
  }
}
