import { expect, it } from "vitest";
import {
  type FlagStorage,
  RateLimitError,
  type RollgateClient,
  type RollgateConfig,
  ServerError,
} from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, until, untilState } from "../../support/events";
import {
  createGate,
  type RollgateServer,
  startRollgateServer,
} from "../../support/rollgate-server";
import { createVirtualClock, type VirtualClock } from "../../support/virtual-clock";
import { rejection } from "../http/support";

const EVENT = { flagKey: "beta", eventName: "bought", userId: "ann" };
const QUIET = { status: 429, headers: { "Retry-After": "20" } };
const CHANNELS = ["flags", "identify", "stream", "events", "telemetry"] as const;

function mapStorage(): FlagStorage & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    get: (key) => entries.get(key),
    set: (key, value) => void entries.set(key, value),
    delete: (key) => void entries.delete(key),
  };
}

async function readyClient(config: Partial<RollgateConfig> = {}) {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock, random: () => 0.5, ...config });
  await client.init({ id: "ann" });
  return { clock, server, client };
}

const total = (server: RollgateServer) => server.requests().length;

/** Lets time pass in small steps, as it does, with the network between them. */
async function pass(clock: VirtualClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    clock.advance(Math.min(100, left));
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Closes while time passes: unsent events would keep a client whose clock stands still. */
async function end(client: RollgateClient, clock: VirtualClock): Promise<void> {
  const closed = client.close();
  clock.advance(10_000);
  await closed;
}

it.each([
  ["429 with seconds", 429, () => "20", RateLimitError],
  ["503 with seconds", 503, () => "20", ServerError],
  ["429 with a date", 429, (now: number) => new Date(now + 20_000).toUTCString(), RateLimitError],
])(
  "holds refresh, identify and flushEvents after a %s, without a request",
  async (_, status, header, Type) => {
    const { server, client, clock } = await readyClient({
      retry: { maxRetries: 3, baseDelayMs: 1 },
    });
    server.answerOnce("flags", { status, headers: { "Retry-After": header(clock.now()) } });
    expect(await rejection(client.refresh())).toBeInstanceOf(Type);
    client.track(EVENT);
    const before = total(server);
    expect(client.getState()).toMatchObject({ hold: "held", heldUntil: clock.now() + 20_000 });
    clock.advance(5_000);
    for (const ask of [
      () => client.refresh(),
      () => client.flushEvents(),
      () => client.identify({ id: "bob" }),
    ]) {
      const error = await rejection(ask());
      expect(error).toBeInstanceOf(RateLimitError);
      expect(error).toMatchObject({ retryAfter: 15, code: "RATE_LIMITED", retryable: true });
    }
    clock.advance(14_999);
    expect(total(server)).toBe(before);
    expect(client.getState().hold).toBe("held");
    await end(client, clock);
  },
);

it("swaps the user also while held: cached flags serve, else the caller's default", async () => {
  const { server, client } = await readyClient();
  await client.identify({ id: "bob" });
  server.answerOnce("flags", QUIET);
  await rejection(client.refresh());
  await rejection(client.identify({ id: "ann" }));
  expect(client.user).toEqual({ id: "ann" });
  expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
  await rejection(client.identify({ id: "eve" }));
  expect(client.isEnabledDetail("beta").reason).toEqual({
    kind: "ERROR",
    errorKind: "CLIENT_NOT_READY",
  });
});

it.each(["identify", "events", "telemetry"] as const)(
  "takes the wish for quiet of POST %s for every channel",
  async (route) => {
    const { server, client, clock } = await readyClient({ telemetry: {} });
    server.answerOnce(route, QUIET);
    client.track(EVENT);
    client.isEnabled("beta");
    await rejection(
      route === "identify"
        ? client.identify({ id: "bob" })
        : route === "events"
          ? client.flushEvents()
          : client.flushTelemetry(),
    );
    const before = total(server);
    await rejection(client.refresh());
    await rejection(client.flushEvents());
    await rejection(client.flushTelemetry());
    expect(total(server)).toBe(before);
    await end(client, clock);
  },
);

it("takes the wish for quiet of the stream for every channel, its own reconnects included", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  server.answerOnce("stream", QUIET);
  const client = createClient(server, { clock, random: () => 0.5, enableStreaming: true });
  await client.init();
  await untilState(client, ({ hold }) => hold === "held");
  const before = total(server);
  expect(await rejection(client.refresh())).toBeInstanceOf(RateLimitError);
  await pass(clock, 19_900);
  expect(total(server)).toBe(before);
  expect(client.getState().connection).toBe("streaming.held");
  await pass(clock, 12_000);
  await server.stream(1);
});

it("leaves an open stream open, but fetches nothing of what it announces", async () => {
  const { server, client, clock } = await readyClient({ enableStreaming: true });
  const stream = await server.stream(1);
  await untilState(client, ({ connection }) => connection === "streaming.open");
  server.answerOnce("events", QUIET);
  client.track(EVENT);
  await rejection(client.flushEvents());
  const before = total(server);
  stream.event("flag-changed", { key: "beta", enabled: false });
  await pass(clock, 10_000);
  expect(total(server)).toBe(before);
  expect(client.getState().connection).toBe("streaming.open");
  await end(client, clock);
});

it("lets no poll out while held, and goes on with one request per channel at moments of their own", async () => {
  const dice = [0.1, 0.3, 0.5, 0.7, 0.9];
  let throws = 0;
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    clock,
    random: () => dice[throws++ % dice.length] as number,
    refreshIntervalMs: 600_000,
    telemetry: {},
    tracking: { flushIntervalMs: 500 },
  });
  await client.init();
  server.answerOnce("flags", QUIET);
  await rejection(client.refresh());
  client.isEnabled("beta");
  client.track(EVENT);
  await rejection(client.flushTelemetry());
  const before = total(server);
  await pass(clock, 19_900);
  expect(total(server)).toBe(before);
  const arrivals: [string, number][] = [];
  const freeAt = clock.now() + 100;
  const seen = () => server.requests().slice(before);
  for (let ms = 0; ms < 21_000; ms += 100) {
    await pass(clock, 100);
    for (const { route } of seen().slice(arrivals.length)) {
      arrivals.push([route, clock.now() - freeAt]);
    }
  }
  expect(arrivals.map(([route]) => route).sort()).toEqual(["events", "flags", "telemetry"]);
  expect(new Set(arrivals.map(([, at]) => at)).size).toBe(3);
  // The lowest dice is 0.1, of the 20 s that the server asked for.
  for (const [, at] of arrivals) expect(at).toBeGreaterThanOrEqual(1_900);
  for (const [, at] of arrivals) expect(at).toBeLessThanOrEqual(20_100);
});

it.each(["-5", "1.5", "soon", "", "3601", "99999999999", "Thu, 01 Jan 1970 00:00:00 GMT"])(
  "ignores a Retry-After of %j and backs off by itself",
  async (header) => {
    const { server, client } = await readyClient();
    server.answerOnce("flags", { status: 429, headers: { "Retry-After": header } });
    const error = await rejection(client.refresh());
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).not.toHaveProperty("retryAfter");
    expect(client.getState().hold).toBe("free");
    await client.refresh();
  },
);

it("retries a 429 without Retry-After like any outage", async () => {
  const server = await startRollgateServer({ beta: true });
  server.answerOnce("flags", { status: 429 }, { status: 429 });
  const client = createClient(server, { retry: { maxRetries: 2, baseDelayMs: 1 } });
  await client.init();
  expect(server.count("flags")).toBe(3);
});

it("ignores Retry-After on other answers", async () => {
  const { server, client } = await readyClient();
  server.answerOnce("flags", { status: 500, headers: { "Retry-After": "20" } });
  await rejection(client.refresh());
  expect(client.getState().hold).toBe("free");
});

it("prolongs a hold by a later wish, and does not shorten it", async () => {
  const { server, client, clock } = await readyClient();
  const gate = createGate();
  server.answerOnce("events", { ...QUIET, headers: { "Retry-After": "50" }, gate });
  client.track(EVENT);
  const flushed = rejection(client.flushEvents());
  await server.request("events", 1);
  server.answerOnce("flags", QUIET);
  await rejection(client.refresh());
  expect(client.getState().heldUntil).toBe(clock.now() + 20_000);
  gate.open();
  await flushed;
  expect(client.getState().heldUntil).toBe(clock.now() + 50_000);
  await end(client, clock);
});

it("remembers the hold with the persisted cache: the next process is quiet, too", async () => {
  const storage = mapStorage();
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const config = { clock, random: () => 0.5, cache: { storage } };
  const first = createClient(server, config);
  await first.init();
  server.answerOnce("flags", QUIET);
  await rejection(first.refresh());
  await first.close();
  const before = total(server);

  clock.advance(5_000);
  const second = createClient(server, config);
  await second.init();
  expect(second.isEnabled("beta")).toBe(true);
  expect(await rejection(second.refresh())).toMatchObject({
    name: "RateLimitError",
    retryAfter: 15,
  });
  const third = createClient(server, config);
  expect(await rejection(third.init({ id: "new" }))).toBeInstanceOf(RateLimitError);
  expect(total(server)).toBe(before);

  const ready = nextEvent(third, "ready");
  await pass(clock, 30_000);
  await ready;
  expect(third.isEnabled("beta")).toBe(true);
});

it("is over at its time also for a machine that slept through it", async () => {
  const { server, client, clock } = await readyClient();
  server.answerOnce("flags", QUIET);
  await rejection(client.refresh());
  clock.sleep(86_400_000);
  await until(() => client.getState().hold === "free");
  await client.refresh();
});

it("tells the caller of every channel how long is left", async () => {
  const { server, client, clock } = await readyClient({ telemetry: {} });
  server.answerOnce("flags", QUIET);
  await rejection(client.refresh());
  client.isEnabled("beta");
  clock.advance(1_500);
  expect(await rejection(client.flushTelemetry())).toMatchObject({ retryAfter: 18.5 });
  expect(CHANNELS.map((route) => server.count(route))).toEqual([2, 1, 0, 0, 0]);
  await end(client, clock);
});
