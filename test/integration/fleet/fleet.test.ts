import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { status } from "../../support/scripted-service";
import {
  type Arrival,
  FLEET_SIZE,
  Fleet,
  fullestWindow,
  openStream,
  RECONNECT_MAX_MS,
  rounds,
} from "./fleet";

/** A thousand clients take their time on a machine that is busy. */
const PATIENCE = { timeout: 240_000 };
const SEED = 20_261_125;
const SPREAD_MS = 2_000;
const POLL_MS = 30_000;
/** The last reconnect is accepted. */
const ROUNDS = 4;
const DAY_MS = 86_400_000;

let fleet: Fleet;

beforeAll(async () => {
  fleet = new Fleet(SEED, {
    enableStreaming: true,
    refreshIntervalMs: POLL_MS,
    stream: {
      changeJitterMs: SPREAD_MS,
      reconnectMaxDelayMs: RECONNECT_MAX_MS,
      idleTimeoutMs: DAY_MS,
    },
    telemetry: { flushIntervalMs: DAY_MS },
  });
  await fleet.start();
  await fleet.calm();
}, PATIENCE.timeout);

afterEach(() => {
  expect(fleet.crowded, "one request at a time on each channel").toBe(0);
});

afterAll(() => fleet.close(), PATIENCE.timeout);

const told = (figures: Record<string, unknown>) => JSON.stringify({ seed: SEED, ...figures });
const times = (arrivals: readonly Arrival[]) => arrivals.map(({ at }) => at);

it("spreads the fetches that a broadcast change causes", PATIENCE, async () => {
  await fleet.calm();
  const began = fleet.now;
  fleet.broadcast("flag-changed", { key: "beta", enabled: true });
  await fleet.pass(SPREAD_MS + 10);
  const fetches = fleet.arrivals("flags");
  const figures = told({ window: fullestWindow(fetches) });
  expect(fetches, figures).toHaveLength(FLEET_SIZE);
  expect(Math.min(...times(fetches)) - began, figures).toBeLessThan(SPREAD_MS * 0.1);
  expect(Math.max(...times(fetches)) - began, figures).toBeGreaterThan(SPREAD_MS * 0.9);
  // A twentieth on average.
  expect(fullestWindow(fetches), figures).toBeLessThan(FLEET_SIZE / 8);
});

it(
  "comes back from a mass disconnect in no wave, however often it is refused",
  PATIENCE,
  async () => {
    await fleet.calm();
    fleet.jitters = false;
    fleet.disconnect();
    await fleet.pass(1_500);
    const herd = fullestWindow(fleet.arrivals("stream"));

    await fleet.calm();
    const tries = new Map<number, number>();
    fleet.answer({
      stream: (request, client) => {
        const nth = (tries.get(client) ?? 0) + 1;
        tries.set(client, nth);
        if (nth < ROUNDS) request.answer(status(503));
        else openStream(request);
      },
    });
    fleet.disconnect();
    // The waits are at most 1.5, 3, 6 and again 6 seconds.
    await fleet.pass(16_510);
    const waves = rounds(fleet.arrivals("stream"));
    const figures = told({ herd, waves: waves.map(fullestWindow) });
    expect(herd, figures).toBe(FLEET_SIZE);
    expect(
      waves.map((wave) => wave.length),
      figures,
    ).toEqual(Array.from({ length: ROUNDS }, () => FLEET_SIZE));
    for (const wave of [...waves, waves.flat()]) {
      expect(fullestWindow(wave), figures).toBeLessThanOrEqual(herd / 4);
    }
  },
);

it("keeps still as long as `Retry-After` says, and comes back gradually", PATIENCE, async () => {
  await fleet.calm();
  const holdMs = 10_000;
  const latencyMs = 150;
  const began = fleet.now;
  fleet.answer({ flags: (request) => request.answer(status(429, { "retry-after": "10" })) });
  const refused = fleet.clients.map((client) => client.refresh());
  expect((await Promise.allSettled(refused)).every((end) => end.status === "rejected")).toBe(true);
  fleet.forget();
  fleet.answer({}, latencyMs);
  fleet.disconnect();
  for (const client of fleet.clients) {
    client.isEnabled("beta");
    client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
    void client.flushEvents();
    void client.flushTelemetry();
  }
  const channels = ["flags", "stream", "events", "telemetry"] as const;
  const counts = () => channels.map((channel) => fleet.arrivals(channel).length);
  await fleet.pass(holdMs - 10 - (fleet.now - began));
  expect(counts()).toEqual([0, 0, 0, 0]);
  await fleet.pass(holdMs + 1_000);
  const firsts = channels.map((channel) => rounds(fleet.arrivals(channel))[0] ?? []);
  const figures = told({ counts: counts(), windows: firsts.map(fullestWindow) });
  for (const first of firsts) {
    expect(first, figures).toHaveLength(FLEET_SIZE);
    expect(Math.min(...times(first)), figures).toBeGreaterThanOrEqual(began + holdMs);
    expect(Math.max(...times(first)), figures).toBeGreaterThan(began + holdMs * 1.9);
    expect(fullestWindow(first), figures).toBeLessThanOrEqual(FLEET_SIZE / 4);
  }
});

it("comes back gradually from the shortest `Retry-After`, too", PATIENCE, async () => {
  await fleet.calm();
  const { clock } = fleet.time;
  // A date names whole seconds: what is left of this one is a fifth.
  await fleet.pass(1_800 - (clock.now() % 1_000));
  const until = new Date(Math.ceil(clock.now() / 1_000) * 1_000).toUTCString();
  fleet.answer({ flags: (request) => request.answer(status(429, { "retry-after": until })) });
  await Promise.allSettled(fleet.clients.map((client) => client.refresh()));
  fleet.forget();
  fleet.answer({});
  await fleet.pass(190);
  expect(fleet.arrivals("flags")).toEqual([]);
  await fleet.pass(2_000);
  const figures = told({ window: fullestWindow(fleet.arrivals("flags")) });
  expect(fleet.arrivals("flags"), figures).toHaveLength(FLEET_SIZE);
  expect(fullestWindow(fleet.arrivals("flags")), figures).toBeLessThanOrEqual(FLEET_SIZE / 4);
});

// The last one: a fleet that was told to stream no more polls for good.
it("polls at moments that drift apart when all begin at once", PATIENCE, async () => {
  await fleet.calm();
  fleet.answer({ stream: (request) => request.answer(status(204)) });
  fleet.disconnect();
  await fleet.pass(2_000);
  // Back online, all begin at this very moment.
  for (const client of fleet.clients) client.setOffline(true);
  for (const client of fleet.clients) client.setOffline(false);
  await fleet.pass(100);
  fleet.forget();
  const began = fleet.now - 100;
  await fleet.pass(3 * POLL_MS * 1.1);
  const [first = [], second = [], third = []] = rounds(fleet.arrivals("flags"));
  const figures = told({ windows: [first, second, third].map(fullestWindow) });
  const isWithin = ({ at }: Arrival) => Math.abs(at - began - POLL_MS) <= POLL_MS / 10;
  expect(first.filter(isWithin), figures).toHaveLength(FLEET_SIZE);
  expect([second.length, third.length], figures).toEqual([FLEET_SIZE, FLEET_SIZE]);
  // Over 6 seconds at first, a sixtieth in each window on average; wider from poll to poll.
  for (const poll of [first, second, third]) {
    expect(fullestWindow(poll), figures).toBeLessThan(FLEET_SIZE / 20);
  }
  expect(span(third), figures).toBeGreaterThan(span(first) * 1.3);
});

/** Within how many milliseconds the middle four fifths of them came. */
function span(arrivals: readonly Arrival[]): number {
  const sorted = times(arrivals).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return at(0.9) - at(0.1);
}
