import { describe, expect, it } from "vitest";
import { createClient } from "../../support/client";
import { until } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage, persist } from "./support";

describe("cache statistics", () => {
  it("count loads, never reads", async () => {
    const server = await startRollgateServer({ beta: true });
    const clock = createVirtualClock();
    const client = createClient(server, { clock, cache: { ttlMs: 60_000 } });
    expect(client.getCacheStats()).toEqual({ hits: 0, misses: 0, staleHits: 0, size: 0 });
    expect(client.getCacheHitRate()).toBe(0);
    await client.init({ id: "u1" });
    for (let n = 0; n < 5; n++) client.isEnabled("beta");
    await until(() => client.getCacheStats().size === 1);
    expect(client.getCacheStats()).toEqual({ hits: 0, misses: 1, staleHits: 0, size: 1 });
    await client.identify({ id: "u2" });
    await client.identify({ id: "u1" });
    await until(() => client.getCacheStats().size === 2);
    expect(client.getCacheStats()).toEqual({ hits: 1, misses: 2, staleHits: 0, size: 2 });
    clock.advance(60_000);
    await client.identify({ id: "u2" });
    expect(client.getCacheStats()).toEqual({ hits: 1, misses: 2, staleHits: 1, size: 2 });
    expect(client.getCacheHitRate()).toBe(0.5);
  });

  it("count an expired entry that init falls back on as a stale hit, once", async () => {
    const server = await startRollgateServer({ beta: true });
    const config = {
      clock: createVirtualClock(),
      cache: { storage: createMapStorage(), ttlMs: 60_000, staleTtlMs: 120_000 },
    };
    await persist(server, config);
    config.clock.advance(120_000);
    server.answer("flags", { status: 503 });
    const client = createClient(server, config);
    await client.init();
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
    expect(client.getCacheStats()).toMatchObject({ hits: 0, misses: 0, staleHits: 1 });
  });
});
