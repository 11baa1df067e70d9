import { expect, it } from "vitest";
import { type FlagStorage, RollgateClient, type RollgateConfig } from "../../../src";
import { RollgateClient as EdgeClient } from "../../../src/index.edge";
import { API_KEY } from "../../support/client";
import { startRollgateServer } from "../../support/rollgate-server";

const ANN = { id: "ann", attributes: { plan: "pro" } };

/** A storage far away: what is asked for in one turn travels together. */
class FarStorage implements FlagStorage {
  readonly entries = new Map<string, string>();
  /** The keys asked for in each trip. */
  trips: string[][] = [];
  #departing: Promise<void> | undefined;

  async get(key: string): Promise<string | undefined> {
    if (this.#departing === undefined) {
      this.trips.push([]);
      this.#departing = new Promise((resolve) =>
        setImmediate(() => {
          this.#departing = undefined;
          resolve();
        }),
      );
    }
    this.trips.at(-1)?.push(key);
    await this.#departing;
    return this.entries.get(key);
  }

  set(key: string, value: string): void {
    this.entries.set(key, value);
  }

  delete(key: string): void {
    this.entries.delete(key);
  }
}

it.each([
  ["Node", RollgateClient],
  ["an edge server", EdgeClient],
])("a start on %s asks its storage for all it needs in one trip", async (_, Client) => {
  const server = await startRollgateServer({ beta: true });
  const storage = new FarStorage();
  const config: RollgateConfig = {
    apiKey: API_KEY,
    baseUrl: server.url,
    refreshIntervalMs: 0,
    logLevel: "silent",
    cache: { storage, revalidateFresh: false },
  };
  const first = await Client.start(config, ANN);
  await first.close();
  expect(storage.entries.size).toBe(1);
  const requests = server.requests().length;
  storage.trips = [];

  const second = await Client.start(config, ANN);
  expect(second.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
  expect(storage.trips).toHaveLength(1);
  // At least the user's flags, the rules for everybody, and a Retry-After that still holds.
  expect(new Set(storage.trips[0]).size).toBeGreaterThanOrEqual(3);
  expect(server.requests()).toHaveLength(requests);
  await second.close();
});
