import { expect, it } from "vitest";
import type { RollgateClient } from "../../../src";
import { RollgateClient as Client } from "../../../src";
import { API_KEY, createClient } from "../../support/client";
import { recordEvents, untilState } from "../../support/events";
import {
  createGate,
  type RollgateServer,
  startRollgateServer,
} from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { names } from "../delivery/support";
import { rejection } from "../http/support";

const event = (eventName: string) => ({ flagKey: "beta", eventName, userId: "ann" });
const CLOSED = { name: "RollgateError", code: "CLIENT_CLOSED", category: "client" };

it("aborts a request for flags and the stream at once, whatever is still delivered, and rejects who waits", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    enableStreaming: true,
    timeoutMs: 60_000,
    closeTimeoutMs: 10_000,
  });
  await client.init();
  const stream = await server.stream(1);
  await untilState(client, ({ refresh }) => refresh === "idle.resting");
  const nth = server.count("flags") + 1;
  server.answerOnce("flags", { gate: createGate() });
  const refreshed = rejection(client.refresh());
  const request = await server.request("flags", nth);
  const gate = createGate();
  server.answerOnce("events", { gate });
  client.track(event("a"));
  const closed = client.close();
  expect(await refreshed).toMatchObject(CLOSED);
  expect(await request.ended).toBe("aborted");
  await stream.closed;
  expect(client.getState().client).toMatch(/^closing\b/);
  gate.open();
  await closed;
  expect(client.getState().client).toBe("closed");
});

it("rejects an init and an identify under way", async () => {
  const server = await startRollgateServer({ beta: true });
  server.answer("flags", { gate: createGate() });
  const client = createClient(server);
  const ready = rejection(client.init());
  const identified = rejection(client.identify({ id: "bob" }));
  await server.request("flags", 1);
  await client.close();
  expect([await ready, await identified]).toMatchObject([CLOSED, CLOSED]);
});

it("lets the POST in flight finish and drains the queue in order", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { closeTimeoutMs: 10_000, tracking: { maxBufferSize: 2 } });
  await client.init();
  const gate = createGate();
  server.answerOnce("events", { gate });
  for (const name of ["a", "b", "c", "d", "e"]) client.track(event(name));
  const request = await server.request("events", 1);
  const closed = client.close();
  gate.open();
  await closed;
  expect(await request.ended).toBe("answered");
  expect(names(server)).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  expect(client.getEventStats()).toMatchObject({ delivered: 5, dropped: { closed: 0 } });
});

it("goes on retrying until closeTimeoutMs, then drops the rest as closed", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock, closeTimeoutMs: 2_000 });
  await client.init();
  const log = recordEvents(client, "events_dropped", "closed");
  server.answer("events", { gate: createGate() });
  client.track(event("a"));
  client.track(event("b"));
  let isClosed = false;
  const closed = client.close().then(() => {
    isClosed = true;
  });
  await server.request("events", 1);
  clock.advance(1_999);
  await new Promise((resolve) => setImmediate(resolve));
  expect(isClosed).toBe(false);
  clock.advance(1);
  await closed;
  expect(log.entries).toEqual([
    ["events_dropped", { count: 2, reason: "closed" }],
    ["closed", undefined],
  ]);
  expect(client.getEventStats()).toEqual({
    accepted: 2,
    delivered: 0,
    pending: 0,
    dropped: { overflow: 0, rejected: 0, closed: 2 },
    refused: 0,
  });
});

it("retries within closeTimeoutMs", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    closeTimeoutMs: 15_000,
    retry: { baseDelayMs: 1, maxDelayMs: 1 },
  });
  await client.init();
  server.answerOnce("events", { status: 500 }, { delivery: "reset" });
  client.track(event("a"));
  await client.close();
  expect(client.getEventStats()).toMatchObject({ delivered: 1 });
});

it.each(["held", "offline", "refused"] as const)(
  "drops at once what waits while the client is %s",
  async (why) => {
    const clock = createVirtualClock();
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server, { clock });
    await client.init();
    if (why === "offline") client.setOffline(true);
    else {
      const status = why === "held" ? 429 : 401;
      server.answerOnce("flags", { status, headers: { "Retry-After": "60" } });
      await rejection(client.refresh());
    }
    client.track(event("a"));
    await client.close();
    expect(client.getEventStats()).toMatchObject({ pending: 0, dropped: { closed: 1 } });
    expect(server.count("events")).toBe(0);
  },
);

it("is idempotent", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  await client.init();
  const log = recordEvents(client, "closed");
  const first = client.close();
  expect(client.close()).toBe(first);
  await first;
  await client.close();
  expect(log.names).toEqual(["closed"]);
});

it("closes a client that was never initialized, after sending what it tracked", async () => {
  const server = await startRollgateServer();
  const client = createClient(server);
  client.track(event("a"));
  await client.close();
  expect(server.requests().map(({ route }) => route)).toEqual(["events"]);
});

it("emits nothing but closed once it has resolved", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { enableStreaming: true });
  await client.init();
  const stream = await server.stream(1);
  const log = recordEvents(client);
  await client.close();
  expect(log.names.at(-1)).toBe("closed");
  const { length } = log.names;
  stream.event("flag-changed", { key: "beta", enabled: false });
  client.setOverride("beta", false);
  client.setOffline(true);
  client.setOffline(false);
  client.resetCircuit();
  await rejection(client.refresh());
  await stream.closed;
  expect(log.names.length).toBe(length);
});

it("answers later calls from the last flags, without any I/O", async () => {
  const server = await startRollgateServer({ beta: true });
  const storage = new Map<string, string>();
  let calls = 0;
  const counted =
    <T>(answer: (key: string) => T) =>
    (key: string) => {
      calls++;
      return answer(key);
    };
  const client = createClient(server, {
    cache: {
      storage: {
        get: counted((key) => storage.get(key)),
        set: (key, value) => {
          calls++;
          storage.set(key, value);
        },
        delete: counted((key) => void storage.delete(key)),
      },
    },
  });
  await client.init();
  await client.close();
  const requests = server.requests().length;
  const before = calls;
  expect(client.isEnabled("beta")).toBe(true);
  expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "network" });
  expect(client.getAllFlags()).toEqual({ beta: true });
  expect(client.isReady).toBe(true);
  for (const call of [
    () => client.init(),
    () => client.refresh(),
    () => client.identify({ id: "bob" }),
    () => client.reset(),
    () => client.flushEvents(),
    () => client.flushTelemetry(),
  ]) {
    expect(await rejection(call())).toMatchObject(CLOSED);
  }
  await client.clearCache().catch(() => {});
  client.track(event("late"));
  expect(client.getEventStats()).toMatchObject({ accepted: 0, refused: 1 });
  expect(client.circuitState).toBe("closed");
  expect(server.requests().length).toBe(requests);
  expect(calls).toBe(before);
});

const MIDDLES: readonly (readonly [
  string,
  (server: RollgateServer, client: RollgateClient) => unknown,
])[] = [
  ["init", (_, client) => void client.init()],
  ["reading the cache", (_, client) => void client.init({ id: "ann" })],
  [
    "a backoff",
    async (server, client) => {
      server.answerOnce("flags", { status: 500 });
      void client.init();
      await untilState(client, ({ refresh }) => refresh === "retryWait");
    },
  ],
  [
    "POST identify",
    async (server, client) => {
      server.answerOnce("identify", { gate: createGate() });
      void client.init({ id: "ann" });
      await server.request("identify", 1);
    },
  ],
  [
    "opening the stream",
    async (server, client) => {
      server.answerOnce("stream", { gate: createGate() });
      await client.init();
      await server.request("stream", 1);
    },
  ],
  [
    "an open circuit",
    async (server, client) => {
      server.answer("flags", { status: 500 });
      client.init().catch(() => {});
      await untilState(client, ({ circuit }) => circuit === "open");
    },
  ],
  [
    "a refused key",
    async (server, client) => {
      server.answer("flags", { status: 401 });
      await client.init().catch(() => {});
    },
  ],
];

it.each(MIDDLES)("closes in the middle of %s, and asks nothing more", async (_, act) => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    enableStreaming: true,
    retry: { maxRetries: 3, baseDelayMs: 20 },
    circuitBreaker: { failureThreshold: 2 },
  });
  await act(server, client);
  await client.close();
  expect(client.getState()).toMatchObject({ client: "closed", connection: "closed" });
  const arrived = await Promise.all(server.requests().map(({ ended }) => ended));
  expect(arrived.length).toBe(server.requests().length);
});

it("releases every timer", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    clock,
    enableStreaming: true,
    telemetry: {},
    maxStalenessMs: 1_000_000,
  });
  await client.init();
  await server.stream(1);
  client.track(event("a"));
  expect(clock.pending().length).toBeGreaterThan(0);
  await client.close();
  expect(clock.pending()).toEqual([]);
});

it("closes when the scope of await using ends, and when its start fails", async () => {
  const server = await startRollgateServer({ beta: true });
  const config = { apiKey: API_KEY, baseUrl: server.url, logLevel: "silent" } as const;
  let kept: RollgateClient | undefined;
  {
    await using client = await Client.start(config);
    expect(client.isEnabled("beta")).toBe(true);
    kept = client;
  }
  expect(kept.getState().client).toBe("closed");
  server.answer("flags", { status: 404 });
  expect(await rejection(Client.start(config))).toMatchObject({ name: "NotFoundError" });
});
