import { createInterface } from "node:readline";
import type { Redis } from "ioredis";
import { RollgateClient } from "rollgate";
import { createSharedStorage } from "rollgate/storage";
import fsDriver from "unstorage/drivers/fs";
import redisDriver from "unstorage/drivers/redis";
import { patientClock } from "../../support/patient-clock";
import type { Command, Place } from "./children";

// One process of a fleet, which does what its parent says.

const [, , given = ""] = process.argv;
const { url, folder, server, persistPath } = JSON.parse(given) as Place;
const driver = folder ? fsDriver({ base: folder }) : redisDriver(url ? { url } : {});
(driver.getInstance?.() as Redis | undefined)?.on("error", () => {});
const storage = createSharedStorage(driver);
const client = new RollgateClient({
  apiKey: "sb_server_fleet",
  baseUrl: server ?? "http://127.0.0.1:9",
  refreshIntervalMs: 0,
  retry: { maxRetries: 0 },
  telemetry: { enabled: false },
  logLevel: "silent",
  clock: patientClock,
  cache: { storage, ...(persistPath !== undefined && { persistPath }) },
  tracking: { persist: persistPath !== undefined },
});

const commands: Record<Command["name"], (...args: never[]) => unknown> = {
  get: (key: string) => storage.get(key),
  set: (key: string, text: string, at: number) => storage.set(key, text, { at }),
  /** Many writes of growing, and now and then of former, times. */
  async hammer(key: string, writes: number) {
    for (let n = 0; n < writes; n++) {
      const at = Date.now() - (n % 3 === 0 ? 5 : 0);
      await storage.set(key, String(at), { at });
    }
  },
  init: (id?: string) => client.init(id === undefined ? undefined : { id }),
  flags: () => client.getAllFlags(),
  track: (eventName: string) => client.track({ flagKey: "beta", eventName, userId: "u1" }),
  pending: () => client.getEventStats().pending,
  offline: () => client.setOffline(true),
  close: () => client.close(),
};

for await (const line of createInterface(process.stdin)) {
  const { name, args } = JSON.parse(line) as Command;
  const answer = await Promise.resolve(commands[name](...(args as never[]))).then(
    (result) => ({ result }),
    (error) => ({ error: String(error) }),
  );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit();
