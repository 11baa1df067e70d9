import { createStorage } from "unstorage";
import { describe, expect } from "vitest";
import { createSharedStorage } from "../../../src/storage-adapters";
import { createClient } from "../../support/client";
import { redisTest, startRedis, type TestRedis } from "../../support/redis";
import { startRollgateServer } from "../../support/rollgate-server";

const WEEK = 604_800_000;

/** How often Redis was asked to do what, since it was asked last. */
async function commands({ admin }: TestRedis): Promise<Record<string, number>> {
  const stats = await admin.info("commandstats");
  await admin.config("RESETSTAT");
  const counts = [...stats.matchAll(/cmdstat_(\w+)(?:\|\w+)?:calls=(\d+)/g)];
  const own = ["info", "config"];
  return Object.fromEntries(
    counts
      .map(([, name = "", calls]) => [name, Number(calls)] as const)
      .filter(([name]) => !own.includes(name)),
  );
}

describe("a storage in Redis", () => {
  redisTest("lets no machine whose clock is ahead shut the others out", async () => {
    const redis = await startRedis();
    const storage = createSharedStorage(redis.driver());
    await storage.set("k", "of next year", { at: Date.now() + 365 * 86_400_000 });
    expect(await storage.get("k")).toBe("of next year");
    const [seconds, micros] = await redis.admin.time();
    const now = Number(seconds) * 1_000 + Math.ceil(Number(micros) / 1_000);
    await storage.set("k", "of now", { at: now });
    expect(await storage.get("k")).toBe("of now");
  });

  redisTest("forgets a text a week after its time, not after it was written", async () => {
    const redis = await startRedis();
    const storage = createSharedStorage(redis.driver());
    await storage.set("new", "text", { at: Date.now() });
    await storage.set("old", "text", { at: Date.now() - WEEK + 3_600_000 });
    await storage.set("dead", "text", { at: Date.now() - WEEK });
    const left = await redis.admin.pttl("new");
    expect(left).toBeGreaterThan(WEEK - 600_000);
    expect(left).toBeLessThanOrEqual(WEEK);
    expect(await redis.admin.pttl("old")).toBeLessThanOrEqual(3_600_000);
    expect(await storage.get("dead")).toBeUndefined();
    await createSharedStorage(redis.driver(), { ttlMs: 60_000 }).set("short", "text");
    expect(await redis.admin.pttl("short")).toBeLessThanOrEqual(60_000);
  });

  redisTest("lies where the driver's base, the mount and the prefix say", async () => {
    const redis = await startRedis();
    const driver = redis.driver({ base: "app:flags" });
    const storage = createStorage();
    storage.mount("cache", driver);
    const shared = createSharedStorage(storage, { prefix: "cache:eu" });
    await shared.set("rollgate:x", "text");
    expect(await redis.admin.keys("*")).toEqual(["app:flags:eu:rollgate:x"]);
    expect(await shared.get("rollgate:x")).toBe("text");
    expect(await shared.keys("rollgate:")).toEqual(["rollgate:x"]);
    await shared.delete("rollgate:x");
    expect(await redis.admin.dbsize()).toBe(0);
  });

  redisTest("is asked once for all that a start needs", async () => {
    const redis = await startRedis();
    const server = await startRollgateServer({ beta: true });
    const driver = redis.driver();
    const storage = createSharedStorage(driver);
    await driver.hasItem("the connection is open", {});
    await commands(redis);
    const client = createClient(server, { cache: { storage } });
    await client.init({ id: "u1" });
    expect(await commands(redis)).toEqual({ mget: 1 });
    await client.identify({ id: "u2" });
    expect(await commands(redis)).toEqual({ mget: 1 });
  });

  redisTest("asks a cluster key by key, since one question reaches one node only", async () => {
    const redis = await startRedis(
      "--cluster-enabled",
      "yes",
      "--cluster-announce-ip",
      "127.0.0.1",
    );
    await redis.admin.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    let state = "";
    while (!state.includes("cluster_state:ok"))
      state = String(await redis.admin.call("CLUSTER", "INFO"));
    const port = Number(new URL(redis.url).port);
    const storage = createSharedStorage(redis.driver({ cluster: [{ host: "127.0.0.1", port }] }));
    const keys = ["a", "b", "c"];
    for (const key of keys) await storage.set(key, key);
    expect(await Promise.all(keys.map((key) => storage.get(key)))).toEqual(keys);
  });
});
