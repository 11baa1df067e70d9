import { RollgateClient } from "../../src";
import { seededRandom } from "../../src/testing/fault-server/seeded-random";
import { imbalance } from "../integration/delivery/support";
import { API_KEY } from "../support/client";
import { recordEvents } from "../support/events";
import { json, type ScriptedRequest, ScriptedService, status } from "../support/scripted-service";
import { createSteppedTime, settle } from "../support/stepped-time";

export const BATCH_SIZE = 3;

/** A client that tracks, and a service that keeps books on what it was sent. */
export class Delivery {
  readonly client: RollgateClient;
  readonly service = new ScriptedService((request) => this.#receive(request));
  readonly time = createSteppedTime();
  /** Names of the events that the service took, in order, as often as it took them. */
  readonly taken: string[] = [];
  /** Events that it took without the client hearing of it, as often as that was so. */
  readonly unheard: string[] = [];
  readonly wrong: string[] = [];
  readonly log;
  tracked = 0;
  refused = 0;
  #isWell = false;

  constructor(seed: number, maxQueueSize: number) {
    this.client = new RollgateClient({
      apiKey: API_KEY,
      baseUrl: "http://rollgate.invalid",
      fetch: this.service.fetch,
      clock: this.time.clock,
      random: seededRandom(seed),
      logLevel: "silent",
      refreshIntervalMs: 0,
      timeoutMs: 2_000,
      retry: { baseDelayMs: 100, maxDelayMs: 1_000 },
      telemetry: { enabled: false },
      tracking: { maxBufferSize: BATCH_SIZE, maxQueueSize, flushIntervalMs: 1_000 },
    });
    this.log = recordEvents(this.client, "events_flushed", "events_dropped");
    this.client.onTransition(() => this.check());
    void this.client.init().catch(() => {});
  }

  get stats() {
    return this.client.getEventStats();
  }

  track(count: number): void {
    for (let n = 0; n < count; n++) {
      this.client.track({ flagKey: "beta", eventName: `e${this.tracked++}`, userId: "ann" });
    }
  }

  /** The batch that waits for its answer. */
  batch(): { readonly request: ScriptedRequest; readonly names: readonly string[] } | undefined {
    const [request] = this.service.open("events");
    return request && { request, names: namesIn(request) };
  }

  check(): void {
    const { accepted, refused } = this.stats;
    const off = imbalance(this.client);
    if (off !== 0) this.wrong.push(`the account is ${off} off`);
    if (accepted !== this.tracked) this.wrong.push(`${this.tracked} were tracked, not ${accepted}`);
    if (refused !== this.refused) this.wrong.push(`${this.refused} were refused, not ${refused}`);
  }

  /** With a service that is well, all that is pending arrives. */
  async heal(): Promise<void> {
    this.#isWell = true;
    this.client.setOffline(false);
    const batch = this.batch();
    if (batch !== undefined) this.#takeAll(batch.request);
    await this.time.pass(60_000);
    await settle();
    this.check();
    if (this.stats.pending > 0) this.wrong.push(`${this.stats.pending} are still pending`);
  }

  /** The account that was told by events agrees with the books. */
  audit(): void {
    const { delivered, dropped } = this.stats;
    const sum = (counts: readonly { count: number }[]) =>
      counts.reduce((all, { count }) => all + count, 0);
    const told = (reason: string) =>
      sum(this.log.of("events_dropped").filter((drop) => drop.reason === reason));
    const found = [sum(this.log.of("events_flushed")), told("overflow"), told("rejected")];
    const right = [delivered, dropped.overflow, dropped.rejected];
    if (found.join() !== right.join()) this.wrong.push(`told: ${found}, not ${right}`);
    const times = (name: string, names: readonly string[]) =>
      names.filter((one) => one === name).length;
    for (const name of new Set(this.taken)) {
      const extra = times(name, this.taken) - times(name, this.unheard);
      if (extra > 1) this.wrong.push(`${name} was taken ${extra} times too often`);
    }
    const missing = this.tracked - new Set(this.taken).size;
    if (missing > dropped.overflow + dropped.rejected) this.wrong.push(`${missing} never arrived`);
  }

  #receive(request: ScriptedRequest): void {
    if (request.channel !== "events") {
      request.answer(json({ flags: {}, success: true }));
      return;
    }
    if (this.service.open("events").length > 1) this.wrong.push("two batches at once");
    if (namesIn(request).length > BATCH_SIZE) this.wrong.push("a batch is too large");
    if (this.#isWell) this.#takeAll(request);
  }

  #takeAll(request: ScriptedRequest): void {
    const names = namesIn(request);
    this.taken.push(...names);
    request.answer(json({ received: names.length }));
  }
}

/** What may happen on the way, by name. */
const STEPS: Record<string, (world: Delivery) => void | Promise<void>> = {
  flush: ({ client }) => void client.flushEvents().catch(() => {}),
  offline: ({ client }) => client.setOffline(true),
  online: ({ client }) => client.setOffline(false),
  nonsense: (world) => {
    world.refused++;
    world.client.track(undefined as never);
  },
};
for (const count of [1, 2, 7]) STEPS[`track ${count}`] = (world) => world.track(count);
for (const ms of [50, 500, 2_000, 7_000]) STEPS[`${ms} ms`] = ({ time }) => time.pass(ms);

type Answer = (world: Delivery, request: ScriptedRequest, names: readonly string[]) => void;
const answering = (answer: Answer) => (world: Delivery) => {
  const batch = world.batch();
  if (batch !== undefined) answer(world, batch.request, batch.names);
};

STEPS["all taken"] = answering((world, request, names) => {
  world.taken.push(...names);
  request.answer(json({ received: names.length }));
});
for (const code of [401, 408, 413, 429, 500, 503, 302]) {
  STEPS[`none taken: ${code}`] = answering((_, request, names) => {
    // One event alone that is too large is refused for good.
    request.answer(status(code === 413 && names.length === 1 ? 503 : code));
  });
}
STEPS["none taken: 429, quiet"] = answering((_, request) => {
  request.answer(status(429, { "retry-after": "3" }));
});
STEPS["none taken: reset"] = answering((_, request) => request.fail());

/** Faults after which each event is still delivered once. */
export const SAFE_STEPS = Object.keys(STEPS);

for (const code of [400, 404, 413, 422]) {
  STEPS[`refused: ${code}`] = answering((_, request) => request.answer(status(code)));
}
for (const received of [0, 1, 2]) {
  STEPS[`${received} taken`] = answering((world, request, names) => {
    world.taken.push(...names.slice(0, received));
    request.answer(json({ received }));
  });
}
const unheard = (answer: (request: ScriptedRequest) => void) =>
  answering((world, request, names) => {
    world.taken.push(...names);
    world.unheard.push(...names);
    answer(request);
  });
STEPS["taken, then reset"] = unheard((request) => request.fail());
STEPS["taken, then cut"] = unheard((request) => {
  const body = request.begin({ status: 200 });
  body.write('{"recei');
  body.break();
});
STEPS["taken, then garbage"] = unheard((request) => request.answer(new Response("{")));
STEPS["taken, then silence"] = unheard(() => {});

export const STEP_NAMES = Object.keys(STEPS);

/** Takes the steps, then lets everything arrive. */
export async function deliver(
  seed: number,
  steps: readonly string[],
  maxQueueSize: number,
): Promise<Delivery> {
  const world = new Delivery(seed, maxQueueSize);
  await settle();
  for (const name of steps) {
    await STEPS[name]?.(world);
    world.check();
    await settle();
    world.check();
    if (world.wrong.length > 0) break;
  }
  await world.heal();
  const closed = world.client.close();
  await world.time.pass(8_000);
  await closed;
  world.check();
  world.audit();
  return world;
}

function namesIn(request: ScriptedRequest): readonly string[] {
  const { events } = request.json<{ events: readonly { eventName: string }[] }>();
  return events.map(({ eventName }) => eventName);
}
