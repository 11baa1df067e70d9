import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { RollgateConfig } from "../../../../src";
import { createPlainClient } from "../../../support/client";
import { createGate } from "../../../support/rollgate-server";
import { createMapStorage, temporaryDirectory } from "../../client/support";
import { rejection } from "../../http/support";
import { alike, comesAfter, type OptionCase, ready } from "./kit";

/** A client that had flags, and a later one with the same options that finds the server down. */
async function restarted(cache: RollgateConfig["cache"]) {
  const config = { ...(cache && { cache }), retry: { maxRetries: 0 } };
  const { server, client, clock } = await ready(config);
  await client.close();
  server.answer("flags", { status: 500 });
  return createPlainClient(server, { clock, logLevel: "silent", ...config });
}

async function forgets(): Promise<void> {
  const later = await restarted(undefined);
  expect(await rejection(later.init())).toMatchObject({ name: "ServerError" });
  expect(later.getCacheStats()).toMatchObject({ hits: 0, misses: 1, size: 0 });
}

async function remembers(cache: RollgateConfig["cache"]): Promise<void> {
  const later = await restarted(cache);
  await later.init();
  expect(later.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
}

export const CACHE: readonly OptionCase[] = [
  alike("cache.ttlMs", { unless: 300_000, given: 1_000 }, async (config, ms) => {
    const { clock, client } = await ready({ refreshIntervalMs: 0, ...config });
    comesAfter(clock, ms, () => client.isEnabledDetail("beta").stale);
    expect(client.isEnabled("beta")).toBe(true);
  }),

  alike("cache.staleTtlMs", { unless: 3_600_000, given: 600_000 }, async (config, ms) => {
    for (const [age, served] of [
      [ms - 1, true],
      [ms, false],
    ] as const) {
      const cache = { ...config.cache, storage: createMapStorage() };
      const { clock, server, client } = await ready({ refreshIntervalMs: 0, cache });
      await client.close();
      clock.advance(age);
      const gate = createGate();
      server.answer("flags", { gate });
      const later = createPlainClient(server, { clock, logLevel: "silent", cache });
      const initialized = later.init();
      await server.request("flags", 2);
      expect([age, later.isReady]).toEqual([age, served]);
      gate.open();
      await initialized;
    }
  }),

  alike("cache.revalidateFresh", { unless: true, given: false }, async (config, asks) => {
    const cache = { ...config.cache, storage: createMapStorage() };
    const { clock, server, client } = await ready({ refreshIntervalMs: 0, cache });
    await client.close();
    const later = createPlainClient(server, { clock, logLevel: "silent", cache });
    await later.init();
    await later.flush();
    expect(later.isEnabledDetail("beta")).toMatchObject({
      value: true,
      source: asks ? "network" : "cache",
    });
    expect(server.count("flags")).toBe(asks ? 2 : 1);
  }),

  {
    option: "cache.persistPath",
    byDefault: ["is none: nothing is kept beyond a client", forgets],
    given: [
      "names the file that a later client reads",
      async () => {
        const persistPath = join(await temporaryDirectory(), "deep", "flags.json");
        await remembers({ persistPath });
        expect(existsSync(persistPath)).toBe(true);
      },
    ],
  },

  {
    option: "cache.storage",
    byDefault: ["is none in Node: nothing is kept beyond a client", forgets],
    given: [
      "keeps flags for a later client, and wins over a file",
      async () => {
        const storage = createMapStorage();
        const persistPath = join(await temporaryDirectory(), "flags.json");
        await remembers({ storage, persistPath });
        expect([storage.entries.size, existsSync(persistPath)]).toEqual([1, false]);
      },
    ],
  },
];
