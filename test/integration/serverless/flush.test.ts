import { describe, expect, it } from "vitest";
import type { RollgateConfig } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, recordEvents, untilState } from "../../support/events";
import { runNode } from "../../support/node-child";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage, temporaryDirectory } from "../client/support";
import { event, names } from "../delivery/support";
import { rejection } from "../http/support";

/** A client with flags in hand whose time stands still. */
async function ready(config: Partial<RollgateConfig> = {}) {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { clock, random: () => 0.5, telemetry: {}, ...config });
  await client.init();
  return { clock, server, client };
}

describe("flush()", () => {
  it("sends events and evaluation counts", async () => {
    const { server, client } = await ready();
    client.isEnabled("beta");
    client.track(event("one"));
    client.track(event("two"));
    expect(await client.flush()).toBeUndefined();
    expect(names(server)).toEqual([["one", "two"]]);
    expect(server.count("telemetry")).toBe(1);
    expect(client.getEventStats()).toMatchObject({ delivered: 2, pending: 0 });
    expect(client.getTelemetryStats().evaluationCount).toBe(0);
  });

  it("makes no request when there is nothing to send", async () => {
    const { server, client } = await ready();
    const before = server.requests().length;
    await client.flush();
    expect(server.requests()).toHaveLength(before);
  });

  it("waits for the POSTs under way, and sends what came since they left", async () => {
    const { server, client } = await ready();
    const gate = createGate();
    server.answerOnce("events", { gate });
    server.answerOnce("telemetry", { gate });
    client.isEnabled("beta");
    client.track(event("early"));
    const first = client.flush();
    await Promise.all([server.request("events", 1), server.request("telemetry", 1)]);
    client.isEnabled("beta");
    client.track(event("late"));
    const second = client.flush();
    gate.open();
    await Promise.all([first, second]);
    expect(names(server)).toEqual([["early"], ["late"]]);
    expect(server.count("telemetry")).toBe(2);
    expect(client.getTelemetryStats().evaluationCount).toBe(0);
  });

  it("never rejects: what fails is told as `error` and goes with the next flush", async () => {
    const { server, client } = await ready();
    server.answerOnce("events", { status: 500 }, { status: 500 });
    server.answerOnce("telemetry", { status: 500 }, { status: 500 });
    const heard = recordEvents(client, "error");
    client.isEnabled("beta");
    client.track(event("one"));
    for (const told of [2, 4]) {
      await client.flush();
      expect(heard.of("error").map(({ name }) => name)).toEqual(Array(told).fill("ServerError"));
    }
    expect(client.getEventStats().pending).toBe(1);
    await client.flush();
    expect(names(server).at(-1)).toEqual(["one"]);
    expect(client.getTelemetryStats().evaluationCount).toBe(0);
  });

  it.each([
    ["offline", "OFFLINE"],
    ["held by Retry-After", "RATE_LIMITED"],
    ["of a refused key", "AUTHENTICATION_FAILED"],
  ])("comes back at once when the client is %s", async (state, code) => {
    const { server, client } = await ready();
    const { requests } = server;
    if (state === "offline") client.setOffline(true);
    else {
      const held = state.startsWith("held");
      server.answerOnce(
        "flags",
        held ? { status: 429, headers: { "retry-after": "60" } } : { status: 401 },
      );
      await rejection(client.refresh());
    }
    const before = requests.call(server).length;
    const heard = recordEvents(client, "error");
    client.track(event("one"));
    await client.flush();
    expect(heard.of("error").map((error) => error.code)).toEqual([code]);
    expect(server.requests()).toHaveLength(before);
    expect(client.getEventStats().pending).toBe(1);
  });

  it("waits for a fetch under way, its retries included, and for what it brings to be stored", async () => {
    const storage = createMapStorage();
    const { server, client: earlier, clock } = await ready({ cache: { storage } });
    await earlier.close();
    server.flags = { beta: false };
    server.answerOnce("flags", { status: 500 });
    const retry = { maxRetries: 1, baseDelayMs: 100, jitterFactor: 0 };
    const client = createClient(server, { clock, cache: { storage }, retry });
    await client.init();
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
    const flushed = client.flush();
    await clock.timer(100);
    clock.advance(100);
    await flushed;
    expect(client.isEnabledDetail("beta", true)).toMatchObject({ value: false, source: "network" });
    expect([...storage.entries.values()].join()).toContain("[false,");
  });

  it("writes flags that are to be kept, and those that were merely confirmed", async () => {
    const storage = createMapStorage();
    const { client, clock } = await ready({ cache: { storage } });
    await client.flush();
    const [written] = storage.entries.values();
    expect(written).toBeTypeOf("string");
    clock.advance(1_000);
    await client.refresh();
    await client.flush();
    expect(storage.entries.size).toBe(1);
    expect([...storage.entries.values()]).not.toEqual([written]);
  });

  it("waits until it is written", async () => {
    const entries = new Map<string, string>();
    const storage = {
      get: (key: string) => entries.get(key),
      set: async (key: string, value: string) => {
        await new Promise((resolve) => setImmediate(resolve));
        entries.set(key, value);
      },
      delete: () => {},
    };
    const { client } = await ready({ cache: { storage } });
    await client.flush();
    expect(entries.size).toBe(1);
  });

  it("sends what an earlier life left, though that is still being read", async () => {
    const storage = createMapStorage();
    const persist = { cache: { storage }, tracking: { persist: true } };
    const { server, client: earlier, clock } = await ready(persist);
    earlier.track(event("left"));
    earlier.setOffline(true);
    await earlier.close();
    const gate = createGate();
    const get = async (key: string) => {
      if (key.includes("outbox")) await gate.opened;
      return storage.get(key);
    };
    const cache = { storage: { ...storage, get } };
    const client = createClient(server, { ...persist, clock, cache });
    await client.init();
    const flushed = client.flush();
    setImmediate(() => gate.open());
    await flushed;
    expect(names(server)).toEqual([["left"]]);
    expect(client.getEventStats()).toMatchObject({ accepted: 1, delivered: 1 });
  });

  it("writes events that could not be sent", async () => {
    const storage = createMapStorage();
    const { server, client } = await ready({ cache: { storage }, tracking: { persist: true } });
    server.answerOnce("events", { status: 500 });
    client.track(event("kept"));
    await client.flush();
    expect([...storage.entries.values()].join()).toContain("kept");
  });

  it("waits for closeTimeoutMs at most, and what is under way goes on", async () => {
    const { server, client, clock } = await ready({ closeTimeoutMs: 700 });
    const gate = createGate();
    server.answerOnce("events", { gate });
    client.track(event("slow"));
    const flushed = client.flush();
    await server.request("events", 1);
    clock.advance(699);
    expect(clock.pending()).toContain(700);
    clock.advance(1);
    await flushed;
    expect(client.getEventStats().pending).toBe(1);
    const delivered = nextEvent(client, "events_flushed");
    gate.open();
    expect(await delivered).toEqual({ count: 1 });
  });

  it("has nothing to do before init", async () => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server);
    const heard = recordEvents(client, "error");
    client.track(event("early"));
    await client.flush();
    expect([server.requests(), heard.of("error")]).toEqual([[], []]);
  });

  it("while the client initializes, waits for that, too", async () => {
    const server = await startRollgateServer({ beta: true });
    const storage = createMapStorage();
    const client = createClient(server, { cache: { storage } });
    const initialized = client.init();
    await client.flush();
    expect([client.isReady, storage.entries.size]).toEqual([true, 1]);
    await initialized;
  });

  it("settles when the client closes meanwhile, and afterwards is what close() is", async () => {
    const { server, client } = await ready();
    const gate = createGate();
    server.answerOnce("events", { gate });
    client.track(event("one"));
    const flushed = client.flush();
    await server.request("events", 1);
    const closed = client.close();
    expect(client.flush()).toBe(closed);
    gate.open();
    await Promise.all([flushed, closed]);
    await client.flush();
    expect(client.getEventStats().delivered).toBe(1);
  });

  it("settles when the time to close is over while it waits", async () => {
    const { server, client, clock } = await ready({ closeTimeoutMs: 500 });
    const gate = createGate();
    server.answerOnce("events", { gate });
    client.track(event("one"));
    const flushed = client.flush();
    await server.request("events", 1);
    const closed = client.close();
    await untilState(client, ({ client: name }) => name === "closing.draining");
    clock.advance(500);
    await Promise.all([flushed, closed]);
    expect(client.getEventStats().dropped.closed).toBe(1);
    gate.open();
  });

  it("keeps Node alive while it waits for a retry", async () => {
    const server = await startRollgateServer({ beta: true });
    const persistPath = `${await temporaryDirectory()}/flags.json`;
    server.answerOnce("flags", {}, { status: 500 });
    const ended = await runNode(
      server,
      `const options = { ...config, cache: { persistPath: ${JSON.stringify(persistPath)} }, retry: { baseDelayMs: 120 } };
       const first = await RollgateClient.start(options);
       await first.close();
       const client = await RollgateClient.start(options);
       const waiting = new Promise((resolve) => client.onTransition(({ to }) => to === "retryWait" && resolve()));
       if (client.getState().refresh !== "retryWait") await Promise.race([waiting, client.flush()]);
       await client.flush();
       console.log(client.isEnabledDetail("beta").source);`,
    );
    expect(ended).toEqual({ code: 0, out: "network", err: "" });
  });
});
