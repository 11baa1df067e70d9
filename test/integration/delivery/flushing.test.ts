import { expect, it } from "vitest";
import { AuthenticationError, NotFoundError, ServerError, ValidationError } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, recordEvents, until, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { rejection } from "../http/support";
import { batches, event, imbalance, names } from "./support";

const QUICK = { maxRetries: 0, baseDelayMs: 1, maxDelayMs: 1 };

it("flushes every flushIntervalMs, counted from the first event that waits", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer();
  const client = createClient(server, { clock, tracking: { flushIntervalMs: 20_000 } });
  await client.init();
  client.track(event("a"));
  clock.advance(10_000);
  client.track(event("b"));
  clock.advance(9_999);
  expect(server.count("events")).toBe(0);
  const flushed = nextEvent(client, "events_flushed");
  clock.advance(1);
  expect(await flushed).toEqual({ count: 2 });
  clock.advance(60_000);
  client.track(event("c"));
  clock.advance(19_999);
  expect(server.count("events")).toBe(1);
  clock.advance(1);
  await server.request("events", 2);
  expect(names(server)).toEqual([["a", "b"], ["c"]]);
});

it("flushes when maxBufferSize events wait, and puts no more than that into one body", async () => {
  const server = await startRollgateServer();
  const client = createClient(server, { tracking: { maxBufferSize: 2 } });
  await client.init();
  client.track(event("a"));
  client.track(event("b"));
  await server.request("events", 1);
  await until(() => client.getEventStats().delivered === 2);
  for (const name of ["c", "d", "e", "f", "g"]) client.track(event(name));
  await client.flushEvents();
  expect(names(server)).toEqual([["a", "b"], ["c", "d"], ["e", "f"], ["g"]]);
});

it("flushes at a call, resolving when the events of that moment are delivered", async () => {
  const server = await startRollgateServer();
  const client = createClient(server);
  await client.init();
  await client.flushEvents();
  expect(server.count("events")).toBe(0);
  client.track(event("a"));
  await client.flushEvents();
  expect(client.getEventStats()).toMatchObject({ delivered: 1, pending: 0 });
});

it("flushes on close", async () => {
  const server = await startRollgateServer();
  const client = createClient(server, { tracking: { maxBufferSize: 2 } });
  await client.init();
  client.track(event("a"));
  await client.close();
  expect(names(server)).toEqual([["a"]]);
  expect(client.getEventStats()).toMatchObject({ delivered: 1, pending: 0 });
});

it("has one POST in flight at a time", async () => {
  const server = await startRollgateServer();
  const client = createClient(server, { tracking: { maxBufferSize: 1 } });
  await client.init();
  const gates = [createGate(), createGate(), createGate()];
  let inFlight = 0;
  let most = 0;
  for (const gate of gates) {
    server.answerOnce("events", async (request) => {
      most = Math.max(most, ++inFlight);
      void request.ended.then(() => inFlight--);
      await gate.opened;
      return {};
    });
  }
  for (const name of ["a", "b", "c"]) client.track(event(name));
  const flushed = Promise.all([client.flushEvents(), client.flushEvents()]);
  await server.request("events", 1);
  // A second POST would be there before the answer to this.
  await client.refresh();
  expect(server.count("events")).toBe(1);
  for (const [index, gate] of gates.entries()) {
    await server.request("events", index + 1);
    gate.open();
  }
  await flushed;
  expect(most).toBe(1);
  expect(names(server)).toEqual([["a"], ["b"], ["c"]]);
});

it("delivers an event that is tracked at the very moment the queue runs empty", async () => {
  const server = await startRollgateServer();
  let watch = () => {};
  const client = createClient(server, {
    tracking: { flushIntervalMs: 10 },
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const text = await response.text();
      if (String(input).endsWith("/events")) watch();
      return new Response(text, response);
    },
  });
  await client.init();
  // From here to the machine that hears of the answer there are only microtasks.
  watch = async () => {
    watch = () => {};
    for (let turn = 0; turn < 1_000 && client.getEventStats().pending > 0; turn++) await null;
    client.track(event("second"));
  };
  client.track(event("first"));
  void client.flushEvents();
  await server.request("events", 2);
  expect(names(server)).toEqual([["first"], ["second"]]);
});

it("delivers what is tracked in the listener of events_flushed", async () => {
  const server = await startRollgateServer();
  const client = createClient(server, { tracking: { flushIntervalMs: 10 } });
  await client.init();
  client.once("events_flushed", () => client.track(event("again")));
  client.track(event("first"));
  await client.flushEvents();
  await server.request("events", 2);
});

it("retries without limit, the batch back at the front and in order", async () => {
  const server = await startRollgateServer();
  const faults = [500, 503, 408, 429, 502, 504, 500, 500, 500];
  server.answerOnce("events", ...faults.map((status) => ({ status })));
  const client = createClient(server, { retry: QUICK, tracking: { maxBufferSize: 2 } });
  await client.init();
  for (const name of ["a", "b", "c"]) client.track(event(name));
  await until(() => {
    if (client.getEventStats().delivered < 2) return false;
    return true;
  });
  await client.flushEvents();
  expect(names(server)).toEqual([...Array(faults.length + 1).fill(["a", "b"]), ["c"]]);
});

it("backs off from baseDelayMs, doubled up to maxDelayMs, and starts over after a success", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer();
  server.answer("events", { status: 500 });
  const client = createClient(server, {
    clock,
    random: () => 0.5,
    retry: { maxRetries: 0, baseDelayMs: 100, maxDelayMs: 700 },
  });
  await client.init();
  client.track(event("a"));
  await rejection(client.flushEvents());
  const delays: number[] = [];
  for (let n = 2; n <= 6; n++) {
    await untilState(client, ({ tracking }) => tracking === "backingOff");
    const delay = clock.pending().find((ms) => ms <= 700) ?? 0;
    delays.push(delay);
    clock.advance(delay - 1);
    expect(server.count("events")).toBe(n - 1);
    clock.advance(1);
    await server.request("events", n);
  }
  expect(delays).toEqual([100, 200, 400, 700, 700]);
  await untilState(client, ({ tracking }) => tracking === "backingOff");
  server.restore("events");
  await client.flushEvents();
  server.answerOnce("events", { status: 500 });
  client.track(event("b"));
  await rejection(client.flushEvents());
  expect(clock.pending()).toContain(100);
  await client.flushEvents();
});

it.each([
  [0, 900],
  [0.999_999, 1_100],
])(
  "spreads its backoff by ± jitterFactor: a dice of %d makes 1000 ms into %d",
  async (dice, ms) => {
    const clock = createVirtualClock();
    const server = await startRollgateServer();
    server.answerOnce("events", { status: 500 });
    const client = createClient(server, {
      clock,
      random: () => dice,
      retry: { maxRetries: 0, baseDelayMs: 1_000, jitterFactor: 0.1 },
    });
    await client.init();
    client.track(event("a"));
    await rejection(client.flushEvents());
    expect(clock.pending()).toContain(ms);
    await client.flushEvents();
  },
);

it("reports a server that stays down once, and each time to who asks", async () => {
  const server = await startRollgateServer();
  server.answer("events", { status: 500 });
  const client = createClient(server, { retry: QUICK, tracking: { maxBufferSize: 1 } });
  await client.init();
  const log = recordEvents(client, "error");
  client.track(event("a"));
  await server.request("events", 10);
  expect(log.of("error").length).toBe(1);
  expect(await rejection(client.flushEvents())).toBeInstanceOf(ServerError);
  expect(log.of("error").length).toBe(2);
  server.restore("events");
});

it("splits a batch after a 413 until it fits, and keeps the order", async () => {
  const server = await startRollgateServer();
  server.answer("events", (request) =>
    (request.json() as { events: unknown[] }).events.length > 2 ? { status: 413 } : {},
  );
  const client = createClient(server);
  await client.init();
  const letters = [..."abcdefgh"];
  for (const name of letters) client.track(event(name));
  await client.flushEvents();
  const delivered = names(server).filter((batch) => batch.length <= 2);
  expect(delivered.flat()).toEqual(letters);
  expect(client.getEventStats()).toMatchObject({ delivered: 8, dropped: { rejected: 0 } });
});

it("drops a single event that is too large for the server as rejected, and delivers the others", async () => {
  const server = await startRollgateServer();
  server.answer("events", (request) => (request.body.includes("large") ? { status: 413 } : {}));
  const client = createClient(server);
  await client.init();
  for (const name of ["a", "large", "c"]) client.track(event(name));
  const dropped = nextEvent(client, "events_dropped");
  await client.flushEvents();
  expect(await dropped).toEqual({ count: 1, reason: "rejected" });
  expect(client.getEventStats()).toMatchObject({ delivered: 2, dropped: { rejected: 1 } });
  expect(imbalance(client)).toBe(0);
});

it.each([
  [400, ValidationError],
  [404, NotFoundError],
  [405, ServerError],
  [422, ServerError],
] as const)(
  "drops a batch that is answered %d as rejected, by events_dropped and error",
  async (status, Type) => {
    const server = await startRollgateServer();
    server.answerOnce("events", { status });
    const client = createClient(server);
    await client.init();
    const log = recordEvents(client, "events_dropped", "events_flushed", "error");
    client.track(event("a"));
    client.track(event("b"));
    await client.flushEvents();
    expect(log.entries).toEqual([
      ["events_dropped", { count: 2, reason: "rejected" }],
      ["error", expect.any(Type)],
    ]);
    expect(client.getEventStats()).toMatchObject({ pending: 0, dropped: { rejected: 2 } });
    client.track(event("c"));
    await client.flushEvents();
    expect(names(server)).toEqual([["a", "b"], ["c"]]);
  },
);

it.each([401, 403])("lets events wait that are answered %d", async (status) => {
  const server = await startRollgateServer();
  server.answerOnce("events", { status });
  const client = createClient(server);
  await client.init();
  client.track(event("a"));
  expect(await rejection(client.flushEvents())).toBeInstanceOf(AuthenticationError);
  expect(client.getEventStats()).toMatchObject({ pending: 1, dropped: { rejected: 0 } });
  await client.refresh();
  await client.flushEvents();
  expect(names(server)).toEqual([["a"], ["a"]]);
});

it("counts what the server did not take as dropped rejected, and reports it", async () => {
  const server = await startRollgateServer();
  server.answerOnce("events", { body: { received: 1 } });
  const client = createClient(server);
  await client.init();
  const log = recordEvents(client, "events_flushed", "events_dropped", "error");
  for (const name of ["a", "b", "c"]) client.track(event(name));
  await client.flushEvents();
  expect(log.entries).toEqual([
    ["events_flushed", { count: 1 }],
    ["events_dropped", { count: 2, reason: "rejected" }],
    ["error", expect.objectContaining({ code: "EVENTS_REJECTED" })],
  ]);
  expect(client.getEventStats()).toMatchObject({ delivered: 1, dropped: { rejected: 2 } });
});

it.each([{ received: 9 }, { received: -1 }, { received: "2" }, { received: 1.5 }, {}, []])(
  "takes an answer of %j for all of them",
  async (body) => {
    const server = await startRollgateServer();
    server.answerOnce("events", { body });
    const client = createClient(server);
    await client.init();
    client.track(event("a"));
    client.track(event("b"));
    await client.flushEvents();
    expect(client.getEventStats()).toMatchObject({ accepted: 2, delivered: 2, pending: 0 });
  },
);

it("sends again what had no answer in time, and nothing that had one", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer();
  server.answerOnce("events", { gate: createGate() });
  const client = createClient(server, {
    clock,
    timeoutMs: 250,
    retry: { maxRetries: 0, baseDelayMs: 10, jitterFactor: 0 },
    tracking: { maxBufferSize: 1 },
  });
  await client.init();
  client.track(event("a"));
  const request = await server.request("events", 1);
  clock.advance(250);
  expect(await request.ended).toBe("aborted");
  await clock.timer(10);
  clock.advance(10);
  await until(() => client.getEventStats().delivered === 1);
  client.track(event("b"));
  await client.flushEvents();
  expect(names(server)).toEqual([["a"], ["a"], ["b"]]);
});

it("keeps events back while offline and sends them in order afterwards", async () => {
  const server = await startRollgateServer();
  const client = createClient(server, { tracking: { maxBufferSize: 2 } });
  await client.init();
  client.setOffline(true);
  for (const name of ["a", "b", "c"]) client.track(event(name));
  expect(await rejection(client.flushEvents())).toMatchObject({ code: "OFFLINE" });
  expect(server.count("events")).toBe(0);
  expect(client.getEventStats()).toMatchObject({ pending: 3 });
  client.setOffline(false);
  await client.flushEvents();
  expect(
    batches(server)
      .flat()
      .map(({ eventName }) => eventName),
  ).toEqual(["a", "b", "c"]);
});

it("does not drop what is in flight for lack of room", async () => {
  const server = await startRollgateServer();
  const gate = createGate();
  server.answerOnce("events", { gate });
  const client = createClient(server, { tracking: { maxBufferSize: 2, maxQueueSize: 3 } });
  await client.init();
  client.track(event("a"));
  client.track(event("b"));
  await server.request("events", 1);
  for (const name of ["c", "d", "e"]) client.track(event(name));
  expect(imbalance(client)).toBe(0);
  gate.open();
  await client.flushEvents();
  expect(imbalance(client)).toBe(0);
  const { delivered, dropped } = client.getEventStats();
  expect([delivered, dropped.overflow]).toEqual([3, 2]);
});
