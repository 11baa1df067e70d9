import { expect, it } from "vitest";
import { InvalidResponseError, NetworkError, ServerError, TimeoutError } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, until, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { rejection } from "../http/support";

const QUICK = { baseDelayMs: 1, maxDelayMs: 1, jitterFactor: 0 };
const TOLERANT = { failureThreshold: 1_000 };

it("makes one attempt and maxRetries extra ones for a failure that may pass", async () => {
  const server = await startRollgateServer();
  server.answer("flags", { status: 500 });
  const client = createClient(server, {
    retry: { ...QUICK, maxRetries: 4 },
    circuitBreaker: TOLERANT,
  });
  expect(await rejection(client.init())).toBeInstanceOf(ServerError);
  expect(server.count("flags")).toBe(5);
});

it("ends the retries with the first answer, and the caller never hears of the failures", async () => {
  const server = await startRollgateServer({ beta: true });
  server.answerOnce(
    "flags",
    { status: 502 },
    { delivery: "reset" },
    { body: "{" },
    { status: 408 },
  );
  const client = createClient(server, { retry: { ...QUICK, maxRetries: 4 } });
  await client.init();
  expect(client.isEnabled("beta")).toBe(true);
  expect(server.count("flags")).toBe(5);
});

for (const status of [400, 401, 403, 404, 405, 410, 418, 422]) {
  it(`does not retry a ${status}`, async () => {
    const server = await startRollgateServer();
    server.answer("flags", { status });
    const client = createClient(server, { retry: { ...QUICK, maxRetries: 3 } });
    expect(await rejection(client.init())).toMatchObject({ statusCode: status, retryable: false });
    expect(server.count("flags")).toBe(1);
  });
}

it("believes the server that a failure may or may not be retried", async () => {
  const server = await startRollgateServer();
  const says = (retryable: boolean) => ({ error: { code: "SRV_1", message: "m", retryable } });
  server.answer("flags", { status: 500, body: says(false) });
  const client = createClient(server, {
    retry: { ...QUICK, maxRetries: 3 },
    circuitBreaker: TOLERANT,
  });
  expect(await rejection(client.init())).toMatchObject({ code: "SRV_1", retryable: false });
  expect(server.count("flags")).toBe(1);
  server.answer("flags", { status: 404, body: says(true) });
  await rejection(client.refresh());
  expect(server.count("flags")).toBe(5);
});

it("waits min(base · 2ⁿ, max) before the n-th retry", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer();
  server.answer("flags", { status: 500 });
  const client = createClient(server, {
    clock,
    random: () => 0.5,
    initTimeoutMs: 1_000_000,
    retry: { maxRetries: 5, baseDelayMs: 100, maxDelayMs: 700, jitterFactor: 0.1 },
    circuitBreaker: TOLERANT,
  });
  const failed = rejection(client.init());
  const waits: number[] = [];
  for (let n = 1; n <= 5; n++) {
    await untilState(client, ({ refresh }) => refresh === "retryWait");
    const [soonest = 0] = clock.pending();
    waits.push(soonest);
    clock.advance(soonest - 1);
    expect(server.count("flags")).toBe(n);
    clock.advance(1);
    await server.request("flags", n + 1);
  }
  await failed;
  expect(waits).toEqual([100, 200, 400, 700, 700]);
});

it.each([
  [0, 900],
  [0.999_999, 1_100],
])("spreads a retry by ± jitterFactor: a dice of %d makes 1000 ms into %d", async (dice, delay) => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  server.answerOnce("flags", { status: 500 });
  const client = createClient(server, {
    clock,
    random: () => dice,
    retry: { maxRetries: 1, baseDelayMs: 1_000, jitterFactor: 0.1 },
  });
  const ready = client.init();
  await untilState(client, ({ refresh }) => refresh === "retryWait");
  await clock.timer(delay);
  clock.advance(delay);
  await ready;
});

it("counts the body into the deadline: an answer that drips is a TimeoutError and its connection is dropped", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer();
  server.answer("flags", {
    delivery: "stall",
  });
  const client = createClient(server, { clock, timeoutMs: 300 });
  const failed = rejection(client.init());
  const request = await server.request("flags", 1);
  clock.advance(299);
  expect(client.getState().refresh).toBe("requesting");
  clock.advance(1);
  expect(await failed).toBeInstanceOf(TimeoutError);
  expect(await request.ended).toBe("aborted");
});

it("gives every attempt the whole deadline", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const never = createGate();
  server.answerOnce("flags", { gate: never }, { gate: never });
  const client = createClient(server, {
    clock,
    random: () => 0.5,
    timeoutMs: 400,
    retry: { maxRetries: 2, baseDelayMs: 10, jitterFactor: 0 },
  });
  const ready = client.init();
  for (const n of [1, 2]) {
    await server.request("flags", n);
    clock.advance(400);
    await clock.timer(10 * n);
    clock.advance(10 * n);
  }
  await ready;
  expect(client.isEnabled("beta")).toBe(true);
});

it("gives the last failure to the caller, as an error of its own class", async () => {
  const server = await startRollgateServer();
  server.answerOnce("flags", { status: 500 }, { delivery: "reset" });
  server.answer("flags", { body: "<html>" });
  const client = createClient(server, { retry: { ...QUICK, maxRetries: 2 } });
  expect(await rejection(client.init())).toBeInstanceOf(InvalidResponseError);
});

it("calls a refused connection, a reset and a body that breaks off a NetworkError", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { circuitBreaker: TOLERANT });
  await client.init();
  server.answerOnce("flags", { delivery: "reset" });
  expect(await rejection(client.refresh())).toBeInstanceOf(NetworkError);
  server.answerOnce("flags", {
    delivery: "cut",
  });
  expect(await rejection(client.refresh())).toBeInstanceOf(NetworkError);
  await server.refuse();
  expect(await rejection(client.refresh())).toMatchObject({
    name: "NetworkError",
    message: expect.stringContaining("ECONNREFUSED"),
  });
  expect(client.isEnabled("beta")).toBe(true);
});

it("does not start a retry for a user who has left", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock, retry: { maxRetries: 3, baseDelayMs: 60_000 } });
  await client.init({ id: "ann" });
  server.answerOnce("flags", { status: 500 });
  void client.refresh();
  await untilState(client, ({ refresh }) => refresh === "retryWait");
  await client.identify({ id: "bob" });
  expect(server.requests("flags").map(({ query }) => query.get("user_id"))).toEqual([
    "ann",
    "ann",
    "bob",
  ]);
});

it("with the default configuration and a dead server, opens the circuit within two polls", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    clock,
    random: () => 0.5,
    refreshIntervalMs: 30_000,
    retry: {},
  });
  await client.init();
  await server.refuse();
  const opened = nextEvent(client, "circuit_open");
  let polls = 0;
  client.onTransition(({ actor, from, to }) => {
    if (actor === "refresh" && to === "admitting" && from !== "retryWait") polls++;
  });
  let isOpen = false;
  void opened.then(() => {
    isOpen = true;
  });
  while (!isOpen) {
    const { refresh } = client.getState();
    if (refresh === "retryWait") clock.advance(10_000 / 8);
    else if (refresh.startsWith("idle")) clock.advance(30_000);
    await until(() => isOpen || client.getState().refresh !== "requesting");
  }
  expect(polls).toBeLessThanOrEqual(2);
  expect(await opened).toMatchObject({ state: "open", failures: 5 });
});
