import { describe, expect, it } from "vitest";
import type { RollgateConfig } from "../../../src";
import { createClient } from "../../support/client";
import { recordEvents, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage, persist } from "./support";

const TTL_MS = 60_000;

/** A client whose storage holds the flag `beta`, on and of that age; the server says nothing yet. */
async function remembering(age: number, config: Partial<RollgateConfig> = {}) {
  const server = await startRollgateServer({ beta: true });
  const clock = createVirtualClock();
  const cache = { storage: createMapStorage(), ttlMs: TTL_MS, staleTtlMs: 2 * TTL_MS };
  await persist(server, { clock, cache });
  clock.advance(age);
  const gate = createGate();
  server.answer("flags", { gate, status: 503 });
  const client = createClient(server, { clock, cache, ...config });
  return { server, gate, client, events: recordEvents(client, "ready", "flags_stale", "error") };
}

describe("the client is ready, and says so once", () => {
  it("with flags known beforehand", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { gate: createGate() });
    const client = createClient(server, { bootstrap: { flags: { beta: true } } });
    const events = recordEvents(client, "ready");
    expect(client.isReady).toBe(true);
    await client.init();
    expect([client.isReady, events.names]).toEqual([true, ["ready"]]);
  });

  it("with remembered flags", async () => {
    const { client, events } = await remembering(0);
    const initialized = client.init();
    expect([client.isReady, events.names]).toEqual([false, []]);
    await initialized;
    expect([client.isReady, events.names]).toEqual([true, ["ready"]]);
  });

  it("with remembered flags that serve because the first fetch failed", async () => {
    const { server, gate, client, events } = await remembering(2 * TTL_MS);
    const initialized = client.init();
    await server.request("flags", 2);
    expect([client.isReady, events.names]).toEqual([false, []]);
    gate.open();
    await initialized;
    expect(client.isReady).toBe(true);
    expect([...events.names].sort()).toEqual(["error", "flags_stale", "ready"]);
  });

  it("with the stream's set, when that comes before any answer", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { gate: createGate() });
    const client = createClient(server, { enableStreaming: true });
    const events = recordEvents(client, "ready");
    const initialized = client.init();
    const stream = await server.stream(1);
    await untilState(client, ({ connection }) => connection === "streaming.open");
    expect([client.isReady, events.names]).toEqual([false, []]);
    stream.event("init", { flags: { beta: true } });
    await initialized;
    expect([client.isReady, events.names]).toEqual([true, ["ready"]]);
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "stream" });
  });

  it("with the server's answer", async () => {
    const server = await startRollgateServer();
    const client = createClient(server);
    const events = recordEvents(client, "ready");
    await client.init();
    expect([client.isReady, events.names]).toEqual([true, ["ready"]]);
  });
});

describe("init", () => {
  it("with older cached flags resolves when the key is refused, which no retry follows", async () => {
    const { server, client, events } = await remembering(TTL_MS);
    server.answer("flags", { status: 401 });
    await client.init();
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: true });
    expect(events.of("error").map((error) => error.statusCode)).toEqual([401]);
  });

  it("with nothing in hand waits for the retries", async () => {
    const server = await startRollgateServer({ beta: true });
    server.answerOnce("flags", { status: 503 });
    const client = createClient(server, { retry: { maxRetries: 1, baseDelayMs: 1 } });
    await client.init();
    expect(client.isEnabled("beta")).toBe(true);
  });
});

describe("before init", () => {
  it("a full batch of events waits for init", async () => {
    const server = await startRollgateServer();
    const clock = createVirtualClock();
    const client = createClient(server, { clock, tracking: { maxBufferSize: 1 } });
    client.track({ flagKey: "beta", eventName: "clicked", userId: "u1" });
    expect([client.getState().tracking, clock.pending()]).toEqual(["dormant", []]);
    await client.init();
    await server.request("events", 1);
  });
});
