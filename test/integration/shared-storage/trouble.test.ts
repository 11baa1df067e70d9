import { describe, expect } from "vitest";
import type { FlagStorage, RollgateConfig } from "../../../src";
import { createSharedStorage } from "../../../src/storage-adapters";
import { createClient } from "../../support/client";
import { recordEvents, until } from "../../support/events";
import { redisTest, startRedis, type TestRedis } from "../../support/redis";
import { type RollgateServer, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock, type VirtualClock } from "../../support/virtual-clock";

/** No other timer of a client is set for as long. */
const PATIENCE = 150;

/** A client at that Redis, whose patience a test moves. */
async function clientAt(redis: TestRedis, server: RollgateServer, options = {}) {
  const clock = createVirtualClock(Date.now());
  const driver = redis.driver(options);
  const shared = createSharedStorage(driver, { timeoutMs: PATIENCE });
  const writes = { taken: 0, refused: 0 };
  const storage: FlagStorage = {
    ...shared,
    async set(...args) {
      await shared.set(...args).catch((error) => {
        writes.refused++;
        throw error;
      });
      writes.taken++;
    },
  };
  const config: Partial<RollgateConfig> = { clock, cache: { storage } };
  const client = createClient(server, config);
  const events = recordEvents(client, "error");
  const codes = () => events.of("error").map(({ code }) => code);
  const isConnected = () => driver.getInstance?.().status === "ready";
  return { client, clock, storage, codes, writes, isConnected };
}

/** Lets time pass until it is done: a hanging storage costs a client its patience, and no more. */
async function passing(clock: VirtualClock, done: Promise<unknown>): Promise<number> {
  const began = clock.monotonic();
  let waiting = true;
  void done
    .catch(() => {})
    .finally(() => {
      waiting = false;
    });
  while (waiting) {
    if (clock.pending().includes(PATIENCE)) clock.advance(PATIENCE);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await done;
  return clock.monotonic() - began;
}

/** Until a write came through: each wakes the storage that was left alone for a while. */
async function heals(clock: VirtualClock, written: () => Promise<boolean>): Promise<void> {
  while (!(await written())) {
    clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("a Redis that is", () => {
  redisTest("killed degrades to memory, and is written again when it is back", async () => {
    const redis = await startRedis();
    const server = await startRollgateServer({ beta: true });
    const { client, clock, codes } = await clientAt(redis, server);
    await client.init({ id: "u1" });
    await redis.kill();
    expect(await passing(clock, client.identify({ id: "u2" }))).toBeLessThanOrEqual(PATIENCE);
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "network" });
    await server.refuse();
    // From memory: neither service nor storage is there.
    await passing(clock, client.identify({ id: "u1" }));
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
    expect(codes()).toContain("STORAGE_FAILED");
    await redis.revive();
    await server.accept();
    await client.refresh();
    await heals(clock, async () => (await redis.admin.keys("rollgate:*:flags:*")).length > 0);
    expect(codes().filter((code) => code === "STORAGE_FAILED").length).toBeLessThanOrEqual(3);
  });

  redisTest("stopped is waited for once, and is written when it goes on", async () => {
    const redis = await startRedis();
    const server = await startRollgateServer({ beta: true });
    const { client, clock, storage, codes } = await clientAt(redis, server);
    await storage.get("the connection is open");
    redis.freeze();
    expect(await passing(clock, client.init({ id: "u1" }))).toBe(PATIENCE);
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "network" });
    expect(await passing(clock, client.identify({ id: "u2" }))).toBe(0);
    expect(codes()).toEqual(["STORAGE_FAILED"]);
    redis.thaw();
    await heals(clock, async () => (await redis.admin.keys("rollgate:*:flags:*")).length === 2);
  });

  redisTest(
    "not there at all lets a client start, and gets what it missed when it is",
    async () => {
      const redis = await startRedis();
      const server = await startRollgateServer({ beta: true });
      await redis.kill();
      const { client, clock, writes, isConnected } = await clientAt(redis, server, {
        enableOfflineQueue: false,
      });
      await passing(clock, client.init({ id: "u1" }));
      expect(client.isEnabled("beta")).toBe(true);
      clock.advance(1_000);
      await until(() => writes.refused > 0);
      await redis.revive();
      await until(isConnected);
      await client.identify({ id: "u2" });
      clock.advance(1_000);
      await until(() => writes.taken === 2);
      expect(await redis.admin.keys("rollgate:*:flags:*")).toHaveLength(2);
    },
  );

  redisTest("full, or refuses the script, is an error event and nothing else", async () => {
    const redis = await startRedis();
    const server = await startRollgateServer({ beta: true });
    await redis.admin.call("ACL", "SETUSER", "default", "-eval");
    const { client, clock, codes } = await clientAt(redis, server);
    await client.init({ id: "u1" });
    clock.advance(1_000);
    await until(() => codes().length > 0);
    expect(codes()).toEqual(["STORAGE_FAILED"]);
    await client.identify({ id: "u2" });
    await server.refuse();
    await client.identify({ id: "u1" });
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
  });
});
