import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { FlagStorage } from "../../../src";
import { API_KEY, createClient } from "../../support/client";
import { recordEvents, until } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage, temporaryDirectory } from "../client/support";
import { FREE, local, outage, PRO, RULES } from "./support";

const NO_RULES = { kind: "ERROR", errorKind: "RULES_NOT_AVAILABLE" };

/** A storage with the rules of an earlier life, those changed. */
async function changed(change: (text: string) => string) {
  const storage = createMapStorage();
  const { restart } = await outage({ cache: { storage } });
  let found = 0;
  for (const [key, text] of storage.entries) {
    if (!key.endsWith(":rules")) continue;
    found++;
    storage.entries.set(key, change(text));
  }
  expect(found).toBe(1);
  return restart();
}

describe("kept rules that are of no use", () => {
  it.each([
    ["corrupt", () => "not json"],
    ["truncated", (text: string) => text.slice(0, text.length / 2)],
    ["foreign", () => '{"name":"something else"}'],
    ["newer", (text: string) => text.replace('"rollgate":1', '"rollgate":99')],
    ["without flags", (text: string) => text.replace('"flags":', '"others":')],
    ["with a list for flags", () => '{"rollgate":1,"version":"v1","confirmedAt":1,"flags":[]}'],
    ["without version", (text: string) => text.replace('"version":"v1"', '"version":1')],
    ["of no time", (text: string) => text.replace(/"confirmedAt":\d+/, '"confirmedAt":null')],
  ])("(%s) are a miss, reported once, also when users change", async (_, change) => {
    const client = await changed(change);
    const events = recordEvents(client, "error");
    await client.init().catch(() => {});
    for (const user of [PRO, FREE, PRO]) await client.identify(user).catch(() => {});
    expect(client.isEnabledDetail("beta", false, PRO).reason).toEqual(NO_RULES);
    const ignored = events.of("error").filter(({ code }) => code === "CACHE_ENTRY_IGNORED");
    expect(ignored.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^A persisted entry was ignored: it is (corrupt|foreign|newer)\.$/),
    ]);
  });

  it("cost the kept flags of the user nothing", async () => {
    const client = await changed(() => "not json");
    await client.init();
    expect(client.getAllFlags()).toEqual({ fetched: true });
  });

  it("(a note of their age that is corrupt) count by their own age", async () => {
    const storage = createMapStorage();
    const { clock, restart } = await outage({ cache: { storage } });
    const [rulesKey = ""] = [...storage.entries.keys()].filter((key) => key.endsWith(":rules"));
    storage.entries.set(`${rulesKey}-touch`, "not json");
    const { confirmedAt } = JSON.parse(storage.entries.get(rulesKey) ?? "");
    clock.advance(1_000);
    const client = restart();
    await client.init(PRO);
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, updatedAt: confirmedAt });
  });

  it("(a whole file that is damaged) are a miss, reported once", async () => {
    const persistPath = join(await temporaryDirectory(), "flags.json");
    const { restart } = await outage({ cache: { persistPath } });
    await writeFile(persistPath, (await readFile(persistPath, "utf8")).slice(0, 100));
    const client = restart();
    const events = recordEvents(client, "error");
    await client.init(PRO).catch(() => {});
    await client.identify(FREE).catch(() => {});
    expect(client.isEnabledDetail("beta", false, PRO).reason).toEqual(NO_RULES);
    expect(events.of("error").filter(({ category }) => category === "storage")).toHaveLength(1);
  });
});

describe("a storage that fails does not keep rules from serving", () => {
  const leak = (): never => {
    throw new Error(`no access with ${API_KEY}`);
  };
  const reject = async (): Promise<never> => leak();
  const STORAGES: [string, FlagStorage][] = [
    ["throws", { get: leak, set: leak, delete: leak, keys: leak }],
    ["rejects", { get: reject, set: reject, delete: reject, keys: reject }],
    ["is full", { get: () => undefined, set: reject, delete: () => {} }],
    ["gives something unusable", { get: () => 7 as never, set: () => {}, delete: () => {} }],
  ];

  it.each(STORAGES)("(it %s)", async (_, storage) => {
    const { client } = await local(RULES, { cache: { storage } }, FREE);
    const events = recordEvents(client, "error");
    await client.identify(PRO);
    await client.clearCache();
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "rules" });
    expect(client.isEnabled("beta", false, FREE)).toBe(false);
    await client.close();
    for (const { code, message } of events.of("error")) {
      expect([code, message.includes(API_KEY)]).toEqual(["STORAGE_FAILED", false]);
    }
  });

  it("(it hangs) and is waited for as long as it says", async () => {
    const server = await startRollgateServer({ fetched: true });
    const clock = createVirtualClock();
    const hang = () => new Promise<never>(() => {});
    const storage = { get: hang, set: hang, delete: hang, timeoutMs: 700 };
    const client = createClient(server, { clock, cache: { storage } });
    const initialized = client.init(FREE);
    await clock.timer(700);
    clock.advance(699);
    expect(clock.pending()).toContain(700);
    expect(server.count("flags")).toBe(0);
    clock.advance(1);
    await initialized;
    expect(client.getAllFlags()).toEqual({ fetched: true });
  });

  it("(it hangs) and is waited for no longer than 100 ms", async () => {
    const server = await startRollgateServer({ fetched: true });
    const clock = createVirtualClock();
    const asked: string[] = [];
    const hang = (key: string) => {
      asked.push(key);
      return new Promise<never>(() => {});
    };
    const storage = { get: hang, set: hang, delete: hang };
    const client = createClient(server, { clock, cache: { storage }, enableStreaming: true });
    const initialized = client.init(FREE);
    await clock.timer(100);
    // All that a start needs, at once.
    expect(asked.map((key) => key.split(":")[2])).toEqual([
      "rules",
      "rules-touch",
      "hold",
      "flags",
    ]);
    clock.advance(100);
    await initialized;
    (await server.stream(1)).event("rules-full", { version: "v1", flags: RULES });
    await until(() => client.mode === "local");
    await client.identify(PRO);
    expect(client.isEnabled("beta")).toBe(true);
    expect(asked).toHaveLength(4);
  });
});
