import { describe, expect, it } from "vitest";
import { createClient } from "../../support/client";
import { nextEvent, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { cooling, GREETING_MS, open, streaming } from "./streams";
import { createMapStorage, persist, rejection } from "./support";

const RECOVERY_MS = 40_000;

describe("while the stream is open", () => {
  it("a client that got no flags asks for them again after recoveryTimeoutMs, until it is ready", async () => {
    const server = await startRollgateServer({ beta: true });
    server.answer("flags", { status: 404 });
    const gate = createGate();
    server.answerOnce("stream", { gate });
    const clock = createVirtualClock();
    const client = createClient(server, {
      clock,
      enableStreaming: true,
      circuitBreaker: { recoveryTimeoutMs: RECOVERY_MS },
    });
    await rejection(client.init());
    gate.open();
    await untilState(client, open);
    clock.advance(GREETING_MS);
    await server.request("flags", 2);
    await untilState(client, cooling);
    expect(client.getState().nextPollAt).toBe(clock.now() + RECOVERY_MS);
    clock.advance(RECOVERY_MS);
    await server.request("flags", 3);
    await untilState(client, cooling);
    server.restore("flags");
    const ready = nextEvent(client, "ready");
    clock.advance(RECOVERY_MS);
    await ready;
    expect(client.isEnabled("beta")).toBe(true);
    expect(client.getState()).toMatchObject({ connection: "streaming.open" });
    expect(client.getState().nextPollAt).toBeUndefined();
  });

  it("a change that could not be fetched is asked for again after recoveryTimeoutMs", async () => {
    const { server, clock, client, stream } = await streaming({
      circuitBreaker: { recoveryTimeoutMs: RECOVERY_MS },
    });
    server.answerOnce("flags", { status: 503 });
    server.flags = { beta: true };
    const failed = nextEvent(client, "error");
    stream.event("flag-changed", { key: "beta", enabled: true });
    await failed;
    const changed = nextEvent(client, "flag_changed");
    clock.advance(RECOVERY_MS);
    expect(await changed).toEqual({ key: "beta", value: true, previous: false });
    expect(client.getState().nextPollAt).toBeUndefined();
  });

  it("remembered flags that serve for want of better ones are asked for again, too", async () => {
    const clock = createVirtualClock();
    const cache = { storage: createMapStorage(), ttlMs: 1_000, staleTtlMs: 2_000 };
    const server = await startRollgateServer({ beta: false });
    await persist(server, { clock, cache });
    clock.advance(2_000);
    server.flags = { beta: true };
    server.answerOnce("flags", { status: 503 }, { status: 503 });
    const client = createClient(server, {
      clock,
      cache,
      random: () => 0.5,
      enableStreaming: true,
      retry: { maxRetries: 1, baseDelayMs: 1_000 },
      circuitBreaker: { recoveryTimeoutMs: RECOVERY_MS },
    });
    const initialized = client.init();
    await untilState(client, (state) => open(state) && state.refresh === "retryWait");
    clock.advance(1_000);
    await initialized;
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: false, source: "cache" });
    const changed = nextEvent(client, "flag_changed");
    clock.advance(RECOVERY_MS);
    expect(await changed).toEqual({ key: "beta", value: true, previous: false });
  });

  it("a change that a Retry-After holds back is asked for at its own moment after the hold", async () => {
    const { server, clock, client, stream, fetched } = await streaming({
      circuitBreaker: { recoveryTimeoutMs: RECOVERY_MS },
    });
    server.answerOnce("flags", {
      status: 429,
      headers: { "Retry-After": `${RECOVERY_MS / 1_000}` },
    });
    const failed = nextEvent(client, "error");
    stream.event("flag-changed", { key: "beta", enabled: true });
    await failed;
    server.flags = { beta: true };
    clock.advance(RECOVERY_MS);
    expect(client.getState()).toMatchObject({ hold: "free", refresh: "idle.resting" });
    expect(server.count("flags")).toBe(fetched + 1);
    const changed = nextEvent(client, "flag_changed");
    // Drawn from as long a time as the hold was.
    clock.advance(RECOVERY_MS / 2);
    expect(await changed).toEqual({ key: "beta", value: true, previous: false });
  });
});
