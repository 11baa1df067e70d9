import { RollgateClient, type RollgateConfig } from "../../../src";
import { seededRandom } from "../../../src/testing/fault-server/seeded-random";
import { API_KEY } from "../../support/client";
import {
  type Channel,
  EVENT_STREAM,
  json,
  type ScriptedRequest,
  ScriptedService,
  sse,
} from "../../support/scripted-service";
import { createSteppedTime, type SteppedTime, settle } from "../../support/stepped-time";

export const FLEET_SIZE = 1_000;
/** The longest wait of a fleet's reconnects is drawn around this, in milliseconds. */
export const RECONNECT_MAX_MS = 4_000;
/** What a fleet is measured by, in milliseconds. */
export const WINDOW_MS = 100;

/** A request that came. */
export interface Arrival {
  readonly client: number;
  /** Milliseconds since the fleet began. */
  readonly at: number;
}

type Answers = Record<Channel, (request: ScriptedRequest, client: number) => void>;

/** Of a service that is well. */
const WELL: Readonly<Answers> = {
  flags: (request) => request.answer(json({ flags: { beta: true } })),
  identify: (request) => request.answer(json({ success: true })),
  stream: openStream,
  events: (request) =>
    request.answer(json({ received: request.json<{ events: unknown[] }>().events.length })),
  telemetry: (request) => request.answer(json({ received: 1 })),
};

/** A thousand clients on one clock, and the service that they all ask. */
export class Fleet {
  readonly clients: readonly RollgateClient[];
  readonly time: SteppedTime = createSteppedTime();
  /** Without it all clients draw the same: what a fleet without jitter would do. */
  jitters = true;
  /** Requests that came while another one of their channel was under way. */
  crowded = 0;
  readonly #services: readonly ScriptedService[];
  #answers: Answers = { ...WELL };
  #latencyMs = 0;
  #arrivals: Partial<Record<Channel, Arrival[]>> = {};

  /** @param seed of all chance in it */
  constructor(seed: number, config: Partial<RollgateConfig>) {
    this.#services = Array.from({ length: FLEET_SIZE }, (_, client) => {
      const service: ScriptedService = new ScriptedService((request) => {
        this.#receive(request, service, client);
      });
      return service;
    });
    this.clients = this.#services.map(({ fetch }, index) => {
      const draw = seededRandom(seed + index * 7_919);
      return new RollgateClient({
        apiKey: API_KEY,
        baseUrl: "http://rollgate.invalid",
        fetch,
        clock: this.time.clock,
        random: () => (this.jitters ? draw() : 0.5),
        logLevel: "silent",
        ...config,
      });
    });
  }

  get now(): number {
    return this.time.clock.monotonic();
  }

  /** Moves on in steps that are a tenth of a window. */
  pass(ms: number): Promise<void> {
    return this.time.pass(ms, WINDOW_MS / 10);
  }

  async start(): Promise<void> {
    const started = Promise.all(this.clients.map((client) => client.init()));
    await settle();
    await started;
  }

  /** From now on the service answers so, and as usual for the rest. */
  answer(answers: Partial<Answers>, latencyMs = 0): void {
    this.#answers = { ...WELL, ...answers };
    this.#latencyMs = latencyMs;
  }

  /** What came of a channel since the last {@link forget}, oldest first. */
  arrivals(channel: Channel): readonly Arrival[] {
    return this.#arrivals[channel] ?? [];
  }

  forget(): void {
    this.#arrivals = {};
  }

  /** The event goes to everybody who listens, at this very moment. */
  broadcast(event: string, data: unknown): void {
    const text = sse(event, data);
    for (const service of this.#services) service.open("stream")[0]?.body?.write(text);
  }

  /** All streams end at this very moment. */
  disconnect(): void {
    for (const service of this.#services) service.open("stream")[0]?.body?.end();
  }

  /** A service that is well, and every stream open for so long that nobody remembers failures. */
  async calm(): Promise<void> {
    this.answer({});
    this.jitters = true;
    await this.time.pass(RECONNECT_MAX_MS * 1.5 + RECONNECT_MAX_MS, 100);
    const open = this.#services.map(({ requests }) =>
      requests.map(({ channel }) => channel).join(),
    );
    if (open.some((channels) => channels !== "stream")) throw new Error("The fleet is not calm.");
    this.forget();
  }

  async close(): Promise<void> {
    this.answer({});
    const closed = Promise.all(this.clients.map((client) => client.close()));
    await this.time.pass(6_000, 1_000);
    await closed;
  }

  #receive(request: ScriptedRequest, service: ScriptedService, client: number): void {
    const { channel } = request;
    this.#arrivals[channel] ??= [];
    this.#arrivals[channel].push({ client, at: this.now });
    if (service.open(channel).length > 1) this.crowded++;
    const answer = () => this.#answers[channel](request, client);
    if (this.#latencyMs === 0) answer();
    else this.time.clock.setTimeout(answer, this.#latencyMs);
  }
}

export function openStream(request: ScriptedRequest): void {
  request.begin(EVENT_STREAM).write(sse("init", { flags: { beta: true } }));
}

/** Each client's n-th request, for n = 1, 2, … */
export function rounds(arrivals: readonly Arrival[]): readonly (readonly Arrival[])[] {
  const found: Arrival[][] = [];
  const counts = new Map<number, number>();
  for (const arrival of arrivals) {
    const round = counts.get(arrival.client) ?? 0;
    counts.set(arrival.client, round + 1);
    found[round] ??= [];
    found[round].push(arrival);
  }
  return found;
}

/** The most that came within any window. */
export function fullestWindow(arrivals: readonly Arrival[]): number {
  const times = arrivals.map(({ at }) => at).sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [last, time] of times.entries()) {
    while (time - (times[first] ?? time) >= WINDOW_MS) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
