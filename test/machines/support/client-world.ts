import { type AnyActorRef, assign, createActor } from "xstate";
import {
  type BatchOutcome,
  type CacheLoad,
  type ClientEmitted,
  type ClientEvent,
  type ClientInput,
  circuitBreakerMachine,
  clientMachine,
  connectionMachine,
  type FetchOutcome,
  type FlagAnswer,
  flushLoopMachine,
  persistenceMachine,
  refreshMachine,
  type StreamEvent,
} from "../../../machines";
import { settle } from "./clock";
import { Held, Source } from "./held";
import { Chance } from "./stage";

const backoff = { baseDelayMs: 100, maxDelayMs: 10_000, jitterFactor: 0.1 };
const loop = { periodic: false, requestTimeoutMs: 5_000, backoff };

export const INPUT: ClientInput = {
  bootstrapped: false,
  trustsFresh: false,
  initTimeoutMs: 10_000,
  closeTimeoutMs: 5_000,
  circuit: {
    failureThreshold: 3,
    recoveryTimeoutMs: 30_000,
    monitoringWindowMs: 60_000,
    successThreshold: 2,
    probeIntervalMs: 30_000,
  },
  connection: {
    streaming: false,
    connectTimeoutMs: 5_000,
    refreshIntervalMs: 30_000,
    reconnectBaseDelayMs: 1_000,
    reconnectMaxDelayMs: 30_000,
    changeJitterMs: 0,
    recoveryTimeoutMs: 30_000,
  },
  refresh: { requestTimeoutMs: 5_000, maxRetries: 1, backoff, streamSpacingMs: 100 },
  freshness: { ttlMs: 300_000 },
  tracking: { ...loop, channel: "tracking", flushIntervalMs: 30_000 },
  telemetry: { ...loop, channel: "telemetry", flushIntervalMs: 60_000 },
  cache: { keeps: true, saveDelayMs: 1_000, touchDelayMs: 60_000 },
  outbox: { keeps: true, saveDelayMs: 500, touchDelayMs: 500 },
};

/** What differs from the usual input, one machine at a time. */
export type InputChanges = {
  readonly [K in keyof ClientInput]?: ClientInput[K] extends object
    ? Partial<ClientInput[K]>
    : ClientInput[K];
};

export const ANSWER: FlagAnswer = { kind: "changed", flags: new Map() };
export const UNCHANGED: FlagAnswer = { kind: "unchanged" };

/** The whole client, with every actor that does I/O in the test's hands. */
export class ClientWorld {
  readonly chance = new Chance();
  readonly clock = this.chance.clock;
  readonly fetch = new Held<FetchOutcome, { epoch: number }>();
  readonly identify = new Held<void, { epoch: number }>();
  readonly stream = new Source<StreamEvent, { epoch: number }>();
  readonly events = new Held<BatchOutcome, { limit: number }>();
  readonly counts = new Held<BatchOutcome, { limit: number }>();
  readonly saveCache = new Held<void>();
  readonly saveOutbox = new Held<void>();
  readonly load = new Held<CacheLoad, { epoch: number }>();
  readonly compile = new Held<void>();
  readonly restore = new Held<void>();
  readonly page = new Source<ClientEvent>();
  readonly errors: unknown[] = [];
  /** Answers to requests for permits, as `channel: answer`. */
  readonly permits: string[] = [];
  /** Called for each emitted event, as an app's listener is. */
  listener: (event: ClientEmitted) => void = () => {};
  #emitted: ClientEmitted[] = [];
  readonly root;

  constructor(changes: InputChanges = {}) {
    const input = Object.fromEntries(
      Object.entries(INPUT).map(([key, value]) => {
        const change = changes[key as keyof ClientInput];
        return [
          key,
          typeof value === "object" ? { ...value, ...(change as object) } : (change ?? value),
        ];
      }),
    ) as unknown as ClientInput;
    const { sample } = this.chance;
    const machine = clientMachine.provide({
      actors: {
        circuit: circuitBreakerMachine.provide({ actions: { sample: assign(sample) } }),
        connection: connectionMachine.provide({
          actions: { sample: assign(sample) },
          actors: { readStream: this.stream.logic as never },
        }),
        refresh: refreshMachine.provide({
          actions: { sample: assign(sample) },
          actors: { identifyUser: this.identify.logic, fetchFlags: this.fetch.logic },
        }),
        flushTracking: flushLoopMachine.provide({
          actions: { sample: assign(sample) },
          actors: { sendBatch: this.events.logic },
        }),
        flushTelemetry: flushLoopMachine.provide({
          actions: { sample: assign(sample) },
          actors: { sendBatch: this.counts.logic },
        }),
        persistCache: persistenceMachine.provide({ actors: { save: this.saveCache.logic } }),
        persistOutbox: persistenceMachine.provide({ actors: { save: this.saveOutbox.logic } }),
        loadCache: this.load.logic,
        compileRules: this.compile.logic,
        restoreEvents: this.restore.logic,
        watchPage: this.page.logic as never,
      },
    });
    this.root = createActor(machine, {
      systemId: "client",
      id: "client",
      clock: this.clock,
      input,
      inspect: (inspected) => {
        if (inspected.type !== "@xstate.event") return;
        const { type } = inspected.event;
        if (type !== "permit.granted" && type !== "permit.refused") return;
        const { refusal } = inspected.event as unknown as { refusal?: { kind: string } };
        const name = (inspected.actorRef as AnyActorRef).id;
        this.permits.push(`${name}: ${refusal?.kind ?? "granted"}`);
      },
    });
    this.root.on("*", (event) => {
      this.#emitted.push(event);
      this.listener(event);
    });
    this.root.subscribe({ error: (error) => this.errors.push(error) });
    this.root.start();
  }

  async send(...events: ClientEvent[]): Promise<void> {
    for (const event of events) {
      this.root.send(event);
      await settle();
    }
  }

  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** What was emitted since the last time this was asked. */
  take(): ClientEmitted[] {
    const emitted = this.#emitted;
    this.#emitted = [];
    return emitted;
  }

  /** The same, in short. */
  emitted(): string[] {
    return this.take().map((event) => {
      const failure = "failure" in event ? event.failure : undefined;
      return [
        event.type,
        "epoch" in event ? `#${event.epoch}` : undefined,
        "forced" in event && event.forced ? "forced" : undefined,
        "to" in event ? event.to : undefined,
        failure?.kind === "error" ? failure.error.name : failure?.kind,
        "error" in event ? event.error.name : undefined,
      ]
        .filter((word) => word !== undefined)
        .join(" ");
    });
  }

  child(name: string): AnyActorRef {
    const child: AnyActorRef | undefined = this.root.system.get(name);
    if (child === undefined) throw new Error(`There is no actor ${name}.`);
    return child;
  }

  /** The state of a machine, as text. */
  of(name: string): string {
    const value: unknown = this.child(name).getSnapshot().value;
    return typeof value === "string" ? value : JSON.stringify(value);
  }

  get phase(): unknown {
    return this.root.getSnapshot().value.phase;
  }

  get now(): { at: number; age: number; rulesAge: 0 } {
    return { at: this.clock.wall, age: 0, rulesAge: 0 };
  }

  /** init() for the first user, whose entry in storage is of that grade. */
  async init(grade: CacheLoad["grade"] = "none", more: Partial<CacheLoad> = {}): Promise<void> {
    await this.send({
      type: "init",
      epoch: 1,
      identify: false,
      plain: true,
      flags: "dropped",
      age: 0,
    });
    const age = { fresh: 1_000, stale: 1_000_000, expired: 9_000_000, none: 0 }[grade];
    await this.load.one.resolve({ grade, age, holdMs: 0, at: this.clock.wall, ...more });
  }

  /** A client that has its first flags, with nothing going on. */
  async running(): Promise<this> {
    await this.init();
    await this.restore.one.resolve();
    await this.fetch.one.resolve(ANSWER);
    await this.advance(2_000);
    for (const call of this.saveCache.open) await call.resolve();
    this.take();
    this.permits.length = 0;
    return this;
  }

  /** Another named user takes over. */
  async swap(epoch: number, load: Partial<CacheLoad> = {}, plain = false): Promise<void> {
    await this.send({
      type: "identify",
      epoch,
      identify: true,
      plain,
      flags: "dropped",
      age: 0,
    });
    const none = { grade: "none", age: 0, holdMs: 0, at: this.clock.wall } as const;
    await this.load.one.resolve({ ...none, ...load });
  }

  /** The circuit is half open, and its probe is under way. */
  async probing(error: () => unknown): Promise<this> {
    for (let round = 0; this.of("circuit") === "closed"; round++) {
      if (round > 10) throw new Error("The circuit does not open.");
      await this.send({ type: "refresh" });
      for (let attempt = 0; attempt < 2 && this.fetch.open.length > 0; attempt++) {
        await this.fetch.one.reject(error());
        await this.advance(100);
      }
    }
    await this.advance(30_000);
    this.take();
    return this;
  }
}
