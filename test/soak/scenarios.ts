import { RollgateClient, type RollgateConfig } from "../../src";
import {
  createFaultServer,
  createVirtualClock,
  type FaultServer,
  passTime,
  type VirtualClock,
} from "../../src/testing";

/** Where a scenario stands. */
export interface Progress {
  /** How much of `total` is done. */
  readonly done: number;
  readonly clock: VirtualClock;
}

/** One kind of traffic, as much of it as is asked for. */
export interface Scenario {
  readonly name: string;
  /** How much a whole long run has. */
  readonly total: number;
  /**
   * Runs it and closes everything again.
   * @param look is called, and awaited, after each tenth
   * @returns what held in the end, in words
   * @throws Error when something was lost.
   */
  run(total: number, look: (progress: Progress) => Promise<void>): Promise<string>;
}

const QUIET = {
  apiKey: "sb_server_soak",
  logLevel: "silent",
  telemetry: { enabled: false },
} as const;

class World {
  readonly clock = createVirtualClock();
  readonly clients: RollgateClient[] = [];
  readonly server: FaultServer;

  constructor(server: FaultServer) {
    this.server = server;
  }

  async start(config: Partial<RollgateConfig>): Promise<RollgateClient> {
    const { clock, server } = this;
    const client = new RollgateClient({ ...QUIET, baseUrl: server.url, clock, ...config });
    this.clients.push(client);
    await client.init({ id: "soak", attributes: { plan: "pro" } });
    return client;
  }

  pass(ms: number): Promise<void> {
    return passTime(ms, this);
  }

  /** Lets time pass until something can be seen, an hour at most. */
  async until(what: string, seen: () => boolean): Promise<void> {
    for (let ms = 0; ms < 3_600_000; ms += 100) {
      if (seen()) return;
      await this.pass(100);
    }
    throw new Error(`In an hour this did not come: ${what}.`);
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
    await this.server.close();
  }
}

/** Makes a scenario of what does one tenth after the other. */
function scenario(
  name: string,
  total: number,
  start: (world: World, total: number) => Promise<(count: number, done: number) => Promise<void>>,
  end: (world: World, total: number) => Promise<string>,
): Scenario {
  return {
    name,
    total,
    async run(wanted, look) {
      const world = new World(await createFaultServer({ flags: { beta: true } }));
      const advance = await start(world, wanted);
      for (let tenth = 1; tenth <= 10; tenth++) {
        const done = Math.round((wanted * (tenth - 1)) / 10);
        const next = Math.round((wanted * tenth) / 10);
        await advance(next - done, done);
        await look({ done: next, clock: world.clock });
      }
      const words = await end(world, wanted);
      await world.close();
      await look({ done: wanted, clock: world.clock });
      return words;
    },
  };
}

/** At once on a stream, before the client has to keep up. */
const BURST = 100;

const updates = scenario(
  "stream updates",
  100_000,
  async (world) => {
    const stream = { idleTimeoutMs: 86_400_000 };
    const local = await world.start({ enableStreaming: true, stream });
    const remote = await world.start({ enableStreaming: true, stream });
    const [first, second] = [await world.server.stream(1), await world.server.stream(2)];
    return async (count, done) => {
      for (let sent = 0; sent < count; sent += BURST) {
        const enabled = (done + sent) % (2 * BURST) === 0;
        const version = `v${done + sent}`;
        const rule = { key: "beta", enabled, rollout: 100 };
        // Half of the updates are rules, half are notices.
        for (let n = BURST / 2; n > 0; n--) {
          first.event("rules-full", {
            version: n > 1 ? `${version}.${n}` : version,
            flags: { beta: rule },
          });
          second.event("flag-changed", { key: "beta", enabled });
        }
        world.server.flags = { beta: enabled };
        await world.until(`rules ${version}`, () => local.rulesVersion === version);
        await world.until(`beta ${enabled}`, () => remote.isEnabled("beta") === enabled);
        if (local.isEnabled("beta") !== enabled) throw new Error("Rules were not applied.");
        world.server.forget();
      }
    };
  },
  async () => "after each burst of 100 both clients had the last one",
);

const POLL_MS = 1_000;

const polls = scenario(
  "polls",
  20_000,
  async (world) => {
    const client = await world.start({ refreshIntervalMs: POLL_MS });
    return async (count) => {
      const target = world.server.count("flags") + count;
      while (world.server.count("flags") < target) {
        const beta = !client.isEnabled("beta");
        world.server.flags = { beta };
        await world.until(`beta ${beta}`, () => client.isEnabled("beta") === beta);
        await world.pass(8 * POLL_MS);
        world.server.forget();
      }
    };
  },
  async ({ server }) => `${server.count("flags")} polls, and each change seen at the next one`,
);

const lives = scenario(
  "clients made and closed",
  2_000,
  async ({ server }) =>
    async (count) => {
      for (let life = 0; life < count; life++) {
        const client = new RollgateClient({ ...QUIET, baseUrl: server.url, enableStreaming: true });
        await client.init({ id: `user ${life}` });
        if (!client.isEnabled("beta")) throw new Error("The flag was not served.");
        client.on("flag_changed", () => {});
        client.track({ flagKey: "beta", eventName: "seen" });
        await client.close();
        if (client.getEventStats().delivered !== 1) throw new Error("An event was lost.");
        server.forget();
      }
    },
  async ({ server }) => `${server.count("events")} events delivered, one by each`,
);

const events = scenario(
  "events, the server down",
  100_000,
  async (world, total) => {
    const tracking = { maxQueueSize: total / 10 };
    const client = await world.start({ refreshIntervalMs: 300_000, tracking });
    await world.server.refuse();
    return async (count, done) => {
      for (let n = 0; n < count; n++) {
        client.track({ flagKey: "beta", eventName: `event ${done + n}` });
        if (n % 1_000 === 999) await world.pass(1_000);
      }
    };
  },
  async (world, total) => {
    const [client] = world.clients;
    await world.server.accept();
    await world.until("all events", () => client?.getEventStats().pending === 0);
    const stats = client?.getEventStats();
    const overflow = stats?.dropped.overflow ?? 0;
    const kept = Array.from({ length: total - overflow }, (_, n) => `event ${overflow + n}`);
    const { received, missing, duplicate, outOfOrder } = world.server.eventBooks(kept);
    const wrong = missing.length + duplicate.length + outOfOrder.length;
    if (wrong > 0 || received !== kept.length) throw new Error("The books do not add up.");
    return `${received} delivered once each and in order, the ${overflow} oldest dropped and counted`;
  },
);

export const SCENARIOS: readonly Scenario[] = [updates, polls, lives, events];
