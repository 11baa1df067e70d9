import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RollgateConfig } from "../../../src";
import { API_KEY, createClient } from "../../support/client";
import { until, untilState } from "../../support/events";
import { createGate } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage, type MapStorage, temporaryDirectory } from "../client/support";
import { FREE, flagFor, local, outage, PRO, RULES } from "./support";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const RULE_MATCH = { kind: "RULE_MATCH", ruleId: "plan-pro", ruleIndex: 0, inRollout: true };
const NO_RULES = { kind: "ERROR", errorKind: "RULES_NOT_AVAILABLE" };

/** Where rules are kept, each time empty. */
const PLACES: [string, () => Promise<NonNullable<RollgateConfig["cache"]>>][] = [
  ["a file", async () => ({ persistPath: join(await temporaryDirectory(), "flags.json") })],
  ["a storage", async () => ({ storage: createMapStorage() })],
];

describe.each(PLACES)("a restart with rules in %s, the server down,", (_, place) => {
  it("evaluates for the current user and for users that no client ever saw", async () => {
    const { restart, clock } = await outage({ cache: await place() }, RULES, FREE);
    const confirmedAt = clock.now();
    clock.advance(299_999);
    const client = restart();
    await client.init(PRO);
    expect([client.mode, client.rulesVersion, client.isReady]).toEqual(["local", "v1", true]);
    const expected = {
      value: true,
      reason: RULE_MATCH,
      source: "cache",
      stale: true,
      updatedAt: confirmedAt,
    };
    const stranger = { id: "stranger", attributes: { plan: "PRO" } };
    expect(client.isEnabledDetail("beta")).toMatchObject(expected);
    expect(client.isEnabledDetail("beta", false, stranger)).toMatchObject(expected);
    expect(client.forUser(stranger).isEnabledDetail("beta")).toMatchObject(expected);
    expect(client.forUser(FREE).getAllFlags()).toEqual({ beta: false, open: true });
  });

  it("goes on when they are older than ttlMs", async () => {
    const { restart, clock } = await outage({ cache: await place() });
    clock.advance(300_000);
    const client = restart();
    await client.init(PRO);
    const expected = { value: true, reason: RULE_MATCH, source: "cache", stale: true };
    expect(client.isEnabledDetail("beta")).toMatchObject(expected);
    expect(client.isEnabledDetail("beta", false, { id: "x", ...traits("pro") })).toMatchObject(
      expected,
    );
  });

  it("says when they come of age in the new life", async () => {
    const { restart, clock } = await outage({ cache: await place() });
    clock.advance(299_000);
    const client = restart();
    await client.init();
    expect(client.getState()).toMatchObject({ freshness: "unconfirmed", rules: "unconfirmed" });
    clock.advance(1_000);
    expect(client.getState()).toMatchObject({ freshness: "stale", rules: "stale" });
    expect(client.isEnabledDetail("beta", false, PRO)).toMatchObject({ value: true, stale: true });
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: false, stale: true });
  });

  it("finds none after clearCache, which leaves those in hand alone", async () => {
    const cache = await place();
    const clock = createVirtualClock();
    const { server, client } = await local(RULES, { clock, cache });
    clock.advance(1_000);
    await untilState(client, ({ connection }) => connection === "streaming.open");
    await client.clearCache();
    expect(client.isEnabled("beta", false, PRO)).toBe(true);
    await client.close();
    await server.refuse();
    const next = createClient(server, { clock, cache });
    await expect(next.init()).rejects.toThrow();
    expect(next.isEnabledDetail("beta", false, PRO).reason).toEqual(NO_RULES);
  });
});

describe("rules older than staleTtlMs", () => {
  async function waiting() {
    const { server, clock, restart } = await outage({ cache: { storage: createMapStorage() } });
    clock.advance(HOUR);
    await server.accept();
    const gate = createGate();
    const client = restart({ enableStreaming: false });
    return { server, client, gate };
  }

  it("wait for the first fetch to fail; then they serve everybody", async () => {
    const { server, client, gate } = await waiting();
    server.answerOnce("flags", { gate, status: 503 });
    const initialized = client.init(PRO);
    await server.request("flags", server.count("flags") + 1);
    expect(client.isReady).toBe(false);
    expect(client.isEnabledDetail("beta", false, PRO).reason).toEqual(NO_RULES);
    gate.open();
    await initialized;
    const expected = { value: true, source: "cache", stale: true, reason: RULE_MATCH };
    expect(client.isEnabledDetail("beta")).toMatchObject(expected);
    expect(client.isEnabledDetail("beta", false, PRO)).toMatchObject(expected);
  });

  it("serve nobody when the fetch succeeds", async () => {
    const { client } = await waiting();
    await client.init(PRO);
    expect(client.getAllFlags()).toEqual({ fetched: true });
    expect(client.isEnabledDetail("beta", false, PRO).reason).toEqual(NO_RULES);
  });
});

describe("rules that a silent stream vouched for during a day", () => {
  const idle = { stream: { idleTimeoutMs: 2 * DAY } };

  it("are as young as the stream's end when the client is closed", async () => {
    const clock = createVirtualClock();
    const cache = { storage: createMapStorage() };
    const { server, client } = await local(RULES, { clock, cache, ...idle });
    clock.advance(DAY);
    await client.close();
    await server.refuse();
    const next = createClient(server, { clock, cache });
    await next.init();
    expect(next.getState().rules).toBe("unconfirmed");
    expect(next.isEnabledDetail("beta", false, PRO)).toMatchObject({
      source: "cache",
      updatedAt: clock.now(),
    });
  });

  it("are so also when the process died after the stream was lost; they are not written again", async () => {
    const clock = createVirtualClock();
    const storage = createMapStorage();
    const { server, client, stream } = await local(RULES, { clock, cache: { storage }, ...idle });
    clock.advance(1_000);
    await until(() => storage.entries.size > 0);
    const written: string[] = [];
    storage.set = (key, value) => {
      written.push(key.replace(/.*:/, ""));
      storage.entries.set(key, value);
    };
    clock.advance(DAY);
    const lostAt = clock.now();
    await server.refuse();
    await stream.closed;
    await untilState(client, ({ evaluation }) => evaluation === "local.doubtful");
    clock.advance(60_000);
    await until(() => written.includes("rules-touch"));
    expect(written).not.toContain("rules");
    const next = createClient(server, { clock, cache: { storage } });
    await next.init();
    expect(next.getState().rules).toBe("unconfirmed");
    expect(next.isEnabledDetail("beta", false, PRO)).toMatchObject({
      source: "cache",
      updatedAt: lostAt,
    });
  });
});

describe("between rules and the flags of the current user that are kept, too,", () => {
  /** A life whose last word on the user came from a fetch. */
  async function overruled() {
    const clock = createVirtualClock();
    const cache = { storage: createMapStorage() };
    const { server, client, stream } = await local(RULES, { clock, cache }, PRO);
    clock.advance(10_000);
    server.answer("stream", { status: 503 });
    server.flags = { beta: false, fetched: true };
    stream.end();
    await untilState(client, ({ evaluation }) => evaluation === "local.doubtful");
    clock.advance(10_000);
    await client.refresh();
    await client.close();
    await server.refuse();
    return { clock, restart: () => createClient(server, { clock, cache }) };
  }

  it("newer flags stand, and the rules answer for all others", async () => {
    const { restart } = await overruled();
    const client = restart();
    await client.init(PRO);
    expect([client.mode, client.rulesVersion]).toEqual(["remote", "v1"]);
    expect(client.getAllFlags()).toEqual({ beta: false, fetched: true });
    expect(client.isEnabledDetail("beta", false, PRO)).toMatchObject({
      value: true,
      source: "cache",
    });
  });

  it("rules stand before flags of another user", async () => {
    const { restart } = await overruled();
    const client = restart();
    await client.init(FREE);
    expect([client.mode, client.getAllFlags()]).toEqual(["local", { beta: false, open: true }]);
  });

  it("newer rules stand before older flags of the user", async () => {
    const { restart } = await outage({ cache: { storage: createMapStorage() } }, RULES, PRO);
    const client = restart();
    await client.init(PRO);
    expect([client.mode, client.getAllFlags()]).toEqual(["local", { beta: true, open: true }]);
  });
});

it.each(PLACES)("in %s lie rules, and nothing of the current user or the key", async (_, place) => {
  const cache = await place();
  const attributes = { plan: "secret-plan", ssn: "secret-ssn" };
  const user = { id: "secret-id", email: "secret@mail.org", attributes };
  await outage({ cache }, { ...RULES, own: flagFor("plan", "gold") }, user);
  const kept = await textOf(cache);
  expect(kept).toContain("gold");
  expect(kept).not.toMatch(/secret/);
  expect(kept).not.toContain(API_KEY);
});

/** All that is kept, whatever it is kept in. */
async function textOf({ persistPath, storage }: NonNullable<RollgateConfig["cache"]>) {
  if (persistPath !== undefined) return readFile(persistPath, "utf8");
  return JSON.stringify([...(storage as MapStorage).entries]);
}

function traits(plan: string) {
  return { attributes: { plan } };
}
