import { describe, expect, it } from "vitest";
import { InvalidResponseError, type RollgateConfig } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, until, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { rejection } from "./support";

const INTERVAL_MS = 30_000;
const resting = ({ refresh }: { refresh: string }) => refresh.startsWith("idle");

async function polling(config: Partial<RollgateConfig> = {}) {
  const server = await startRollgateServer({ beta: false });
  const clock = createVirtualClock();
  const client = createClient(server, {
    clock,
    random: () => 0.5,
    refreshIntervalMs: INTERVAL_MS,
    ...config,
  });
  await client.init();
  return { server, clock, client };
}

describe("polling", () => {
  it("fetches once per interval", async () => {
    const { server, clock, client } = await polling();
    for (const nth of [2, 3, 4]) {
      clock.advance(INTERVAL_MS - 1);
      expect(client.getState().refresh).toMatch(/^idle/);
      expect(server.count("flags")).toBe(nth - 1);
      clock.advance(1);
      await server.request("flags", nth);
      await untilState(client, resting);
    }
  });

  it("brings what changed", async () => {
    const { server, clock, client } = await polling();
    server.flags = { beta: true };
    const changed = nextEvent(client, "flag_changed");
    clock.advance(INTERVAL_MS);
    expect(await changed).toEqual({ key: "beta", value: true, previous: false });
  });

  it.each([
    ["10 % early", 0, 0.9],
    ["10 % late", 0.999999, 1.1],
    ["on time", 0.5, 1],
  ])("comes %s at chance's will", async (_, dice, factor) => {
    const { clock, client } = await polling({ random: () => dice });
    expect(client.getState().nextPollAt).toBe(clock.now() + INTERVAL_MS * factor);
  });

  it("draws each interval anew", async () => {
    const dice = [0, 1];
    const { server, clock, client } = await polling({ random: () => dice[0] ?? 0 });
    expect(client.getState().nextPollAt).toBe(clock.now() + 27_000);
    dice.shift();
    clock.advance(27_000);
    await server.request("flags", 2);
    expect(client.getState().nextPollAt).toBe(clock.now() + 33_000);
  });

  it("never overlaps: an answer that takes several intervals is waited for", async () => {
    const { server, clock, client } = await polling({ timeoutMs: 10 * INTERVAL_MS });
    const gate = createGate();
    server.answerOnce("flags", { gate });
    clock.advance(INTERVAL_MS);
    await server.request("flags", 2);
    clock.advance(5 * INTERVAL_MS);
    expect(client.getState().refresh).toBe("requesting");
    gate.open();
    await untilState(client, resting);
    expect(server.count("flags")).toBe(2);
    clock.advance(INTERVAL_MS);
    await server.request("flags", 3);
  });

  it("goes on after failures", async () => {
    const { server, clock, client } = await polling();
    server.answerOnce("flags", { status: 500 }, { delivery: "reset" }, { status: 404 });
    for (const nth of [2, 3, 4]) {
      const failed = nextEvent(client, "error");
      clock.advance(INTERVAL_MS);
      await failed;
      expect(server.count("flags")).toBe(nth);
    }
    clock.advance(INTERVAL_MS);
    await server.request("flags", 5);
  });

  it("is disabled by an interval of 0", async () => {
    const { server, clock, client } = await polling({ refreshIntervalMs: 0 });
    expect(client.getState()).toMatchObject({ connection: "manual.resting" });
    expect(client.getState().nextPollAt).toBeUndefined();
    clock.advance(86_400_000);
    expect(client.getState().refresh).toBe("idle.resting");
    expect(server.count("flags")).toBe(1);
  });

  it("ends with close, aborting the request under way", async () => {
    const { server, clock, client } = await polling();
    server.answerOnce("flags", { gate: createGate() });
    clock.advance(INTERVAL_MS);
    const request = await server.request("flags", 2);
    await client.close();
    expect(await request.ended).toBe("aborted");
    expect(clock.pending()).toEqual([]);
  });
});

describe("refresh", () => {
  it("fetches now and resolves when the answer is in force", async () => {
    const { server, client } = await polling();
    server.flags = { beta: true };
    await client.refresh();
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("rejects with the typed error when it fails, the flags in hand serving on", async () => {
    const { server, client } = await polling();
    server.flags = { beta: true };
    await client.refresh();
    server.answerOnce("flags", { status: 500 });
    expect(await rejection(client.refresh())).toMatchObject({ statusCode: 500 });
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "network" });
  });

  it("shares one request among concurrent calls", async () => {
    const { server, client } = await polling();
    const gate = createGate();
    server.answerOnce("flags", { gate });
    const calls = [client.refresh(), client.refresh(), client.refresh()];
    await server.request("flags", 2);
    calls.push(client.refresh());
    gate.open();
    await Promise.all(calls);
    await untilState(client, resting);
    expect(server.count("flags")).toBe(2);
  });

  it("during a fetch that nobody forced asks once more, for all who wish for it", async () => {
    const { server, clock, client } = await polling();
    const gate = createGate();
    server.answerOnce("flags", { gate });
    clock.advance(INTERVAL_MS);
    await server.request("flags", 2);
    server.flags = { beta: true };
    const calls = [client.refresh(), client.refresh()];
    clock.advance(4_000);
    gate.open();
    await Promise.all(calls);
    expect(client.isEnabled("beta")).toBe(true);
    await untilState(client, resting);
    expect(server.count("flags")).toBe(3);
  });
});

describe("a conditional request", () => {
  it.each(['"abc"', 'W/"abc"', '"a", "b"', "no-quotes"])(
    "sends the ETag back exactly as it came: %s",
    async (etag) => {
      const { server, client } = await polling();
      server.answerOnce("flags", { flags: { beta: true }, etag }, { status: 304 });
      await client.refresh();
      await client.refresh();
      expect((await server.request("flags", 3)).headers["if-none-match"]).toBe(etag);
      expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "network" });
    },
  );

  it("is made again after a 304 and after a failure", async () => {
    const { server, client } = await polling();
    const etag = '"1"';
    server.answerOnce("flags", { etag }, { status: 304 }, { status: 500 }, { status: 304 });
    await client.refresh();
    await client.refresh();
    await rejection(client.refresh());
    await client.refresh();
    const sent = server.requests("flags").map(({ headers }) => headers["if-none-match"]);
    expect(sent).toEqual([undefined, undefined, etag, etag, etag]);
  });

  it("is not made when the last answer carried no ETag", async () => {
    const { server, client } = await polling();
    server.answerOnce("flags", { etag: '"1"' }, { flags: { beta: true } });
    await client.refresh();
    await client.refresh();
    await client.refresh();
    const sent = server.requests("flags").map(({ headers }) => headers["if-none-match"]);
    expect(sent).toEqual([undefined, undefined, '"1"', undefined]);
  });

  it("is not made for another user, though both ETags may be equal", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { flags: { beta: true }, etag: '"same"' });
    const client = createClient(server);
    await client.init({ id: "u1" });
    await client.identify({ id: "u2" });
    expect((await server.request("flags", 2)).headers["if-none-match"]).toBeUndefined();
    await client.refresh();
    expect((await server.request("flags", 3)).headers["if-none-match"]).toBe('"same"');
  });

  it("is not made for other attributes of the same user", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { flags: { beta: true }, etag: '"same"' });
    const client = createClient(server);
    await client.init({ id: "u1", attributes: { plan: "free" } });
    await client.identify({ id: "u1", attributes: { plan: "pro" } });
    expect((await server.request("flags", 2)).headers["if-none-match"]).toBeUndefined();
  });

  it("is not made with bootstrapped flags", async () => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server, { bootstrap: { flags: { beta: false } } });
    await client.init();
    expect((await server.request("flags", 1)).headers["if-none-match"]).toBeUndefined();
  });
});

describe("a 304 that was not asked for", () => {
  it("is no answer: nothing in hand stays nothing in hand", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { status: 304 });
    const client = createClient(server);
    expect(await rejection(client.init())).toBeInstanceOf(InvalidResponseError);
    expect(client.isReady).toBe(false);
  });

  it("leaves the flags in hand as they are", async () => {
    const { server, client } = await polling();
    server.answerOnce("flags", { status: 304 });
    expect(await rejection(client.refresh())).toBeInstanceOf(InvalidResponseError);
    expect(client.isEnabledDetail("beta").source).toBe("network");
  });

  it("does not give a new user the flags of the old one", async () => {
    const server = await startRollgateServer();
    server.answerOnce("flags", { flags: { beta: true }, etag: '"1"' });
    server.answer("flags", { status: 304 });
    const client = createClient(server);
    await client.init({ id: "u1" });
    expect(await rejection(client.identify({ id: "u2" }))).toBeInstanceOf(InvalidResponseError);
    expect(client.isEnabledDetail("beta").reason).toEqual({
      kind: "ERROR",
      errorKind: "CLIENT_NOT_READY",
    });
  });
});

describe("setOffline", () => {
  it("lets no request leave, aborts the one under way, and serves on", async () => {
    const { server, clock, client } = await polling();
    server.answerOnce("flags", { gate: createGate() });
    clock.advance(INTERVAL_MS);
    const request = await server.request("flags", 2);
    client.setOffline(true);
    expect(await request.ended).toBe("aborted");
    expect(await rejection(client.refresh())).toMatchObject({ code: "OFFLINE" });
    clock.advance(10 * INTERVAL_MS);
    await until(() => client.getState().refresh.startsWith("idle"));
    expect(server.count("flags")).toBe(2);
    expect(client.isEnabledDetail("beta").source).toBe("network");
    client.setOffline(false);
    await server.request("flags", 3);
  });
});
