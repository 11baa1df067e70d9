import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RollgateConfig, UserContext } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, recordEvents, untilState } from "../../support/events";
import { type RollgateServer, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage, temporaryDirectory } from "../client/support";
import { FREE, flagFor, local, PRO, RULES } from "./support";

const TTL = 60_000;
const STALE_TTL = 600_000;

/** A storage and a clock that outlive a client. */
function lasting(more: Partial<RollgateConfig> = {}) {
  const storage = createMapStorage();
  const clock = createVirtualClock();
  const config: Partial<RollgateConfig> = {
    clock,
    cache: { storage, ttlMs: TTL, staleTtlMs: STALE_TTL },
    stream: { idleTimeoutMs: 10 * STALE_TTL },
    ...more,
  };
  return { storage, clock, config };
}

/** A client of a new process, while the server is down. */
async function restarted(
  server: RollgateServer,
  config: Partial<RollgateConfig>,
  user: UserContext = FREE,
) {
  server.answer("flags", { status: 503 });
  const client = createClient(server, config);
  const events = recordEvents(client, "error", "rule_changed", "rules_updated");
  const failure = await client.init(user).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { client, events, failure };
}

describe("rules that a stream brought", () => {
  it("evaluate for any user after a restart, also while the server is down", async () => {
    const { config } = lasting();
    const { server, client } = await local(RULES, config, PRO);
    await client.close();
    const { client: next, events, failure } = await restarted(server, config);
    expect(failure).toBeUndefined();
    expect([next.mode, next.rulesVersion]).toEqual(["local", "v1"]);
    expect(events.of("rules_updated")).toEqual(["v1"]);
    expect(events.of("rule_changed")).toEqual([{ key: "beta" }, { key: "open" }]);
    expect({ ...next.getAllFlags() }).toEqual({ beta: false, open: true });
    expect(next.isEnabledDetail("beta", false, { ...PRO, id: "never-seen" })).toMatchObject({
      value: true,
      source: "cache",
      stale: true,
      reason: { kind: "RULE_MATCH", ruleId: "plan-pro" },
    });
  });

  it("are in the file of persistPath, too", async () => {
    const path = join(await temporaryDirectory(), "flags.json");
    const config = { clock: createVirtualClock(), cache: { persistPath: path } };
    const { server, client } = await local(RULES, config, PRO);
    await client.close();
    const { client: next } = await restarted(server, config);
    expect([next.rulesVersion, next.isEnabled("beta", false, PRO)]).toEqual(["v1", true]);
  });

  it("are known as old once they are older than ttlMs", async () => {
    const { clock, config } = lasting();
    const { server, client } = await local(RULES, config, PRO);
    await client.close();
    clock.advance(TTL);
    const { client: next, failure } = await restarted(server, config);
    expect(failure).toBeUndefined();
    const { stale, source } = next.isEnabledDetail("beta", false, PRO);
    expect([next.isEnabledDetail("beta").stale, stale, source]).toEqual([true, true, "cache"]);
    expect(next.getState()).toMatchObject({ freshness: "stale", rules: "stale" });
  });

  it("older than staleTtlMs wait until the server failed", async () => {
    const { clock, config } = lasting();
    const { server, client } = await local(RULES, config, PRO);
    await client.close();
    clock.advance(STALE_TTL);
    const fresh = createClient(server, config);
    await fresh.init(FREE);
    expect([fresh.mode, fresh.rulesVersion]).toEqual(["remote", undefined]);
    expect({ ...fresh.getAllFlags() }).toEqual({ fetched: true });
  });

  it("older than staleTtlMs serve when the server did", async () => {
    const { clock, config } = lasting();
    const { server, client } = await local(RULES, config, PRO);
    await client.close();
    clock.advance(STALE_TTL);
    const { client: next, failure } = await restarted(server, config);
    expect(failure).toBeUndefined();
    expect([next.mode, next.isEnabledDetail("beta", false, PRO)]).toMatchObject([
      "local",
      { value: true, source: "cache", stale: true },
    ]);
  });

  it("are as old as the end of the stream that vouched for them", async () => {
    const { clock, config } = lasting();
    const { server, client } = await local(RULES, config, PRO);
    clock.advance(2 * STALE_TTL);
    await client.close();
    clock.advance(TTL - 1);
    const { client: next } = await restarted(server, config);
    expect(next.isEnabled("beta", false, PRO)).toBe(true);
    expect(next.getState().rules).toBe("unconfirmed");
  });

  it("stand behind flags that the server sent later, for the current user alone", async () => {
    const { clock, config } = lasting();
    const { server, client, stream } = await local(RULES, config, PRO);
    server.answer("stream", { status: 503 });
    stream.end();
    await untilState(client, ({ evaluation }) => evaluation === "local.doubtful");
    clock.advance(1);
    server.flags = { beta: false };
    await client.refresh();
    await client.close();
    const { client: next } = await restarted(server, config, PRO);
    expect([next.mode, next.rulesVersion]).toEqual(["remote", "v1"]);
    expect([next.isEnabled("beta"), next.isEnabled("beta", false, PRO)]).toEqual([false, true]);
  });

  it("are not kept as flags of the user they were evaluated for", async () => {
    const { storage, config } = lasting();
    const { client } = await local(RULES, config, PRO);
    await client.identify(FREE);
    await client.close();
    const names = [...storage.entries.keys()].map((key) => key.split(":").slice(2).join(":"));
    expect(names.filter((name) => name.startsWith("rules")).sort()).toEqual([
      "rules",
      "rules-touch",
    ]);
    expect(names.filter((name) => name.startsWith("flags:"))).toHaveLength(1);
  });

  it("are forgotten by clearCache, not those in hand", async () => {
    const { config } = lasting();
    const { server, client } = await local(RULES, config, PRO);
    await client.close();
    const { client: cleared } = await restarted(server, config);
    await cleared.clearCache();
    expect(cleared.isEnabled("beta", false, PRO)).toBe(true);
    await cleared.close();
    const { client: next, failure } = await restarted(server, config);
    expect(failure).toMatchObject({ statusCode: 503 });
    expect(next.isEnabledDetail("beta", false, PRO).reason).toEqual({
      kind: "ERROR",
      errorKind: "RULES_NOT_AVAILABLE",
    });
  });

  it("of another key are nobody's", async () => {
    const { config } = lasting();
    const { server, client } = await local(RULES, config, PRO);
    await client.close();
    const { client: next } = await restarted(server, { ...config, apiKey: "sb_server_other_key" });
    expect(next.rulesVersion).toBeUndefined();
  });

  it("that were damaged are told and ignored", async () => {
    const { storage, config } = lasting();
    const { server, client } = await local(RULES, config, PRO);
    await client.close();
    const key = [...storage.entries.keys()].find((name) => name.endsWith(":rules")) ?? "";
    storage.entries.set(key, "{");
    const next = createClient(server, config);
    const events = recordEvents(next, "error");
    await next.init(PRO);
    expect(events.entries).toEqual([
      ["error", expect.objectContaining({ code: "CACHE_ENTRY_IGNORED" })],
    ]);
    expect([next.mode, next.rulesVersion]).toEqual(["remote", undefined]);
  });
});

describe("rules that the app gave", () => {
  const bootstrap = { rules: { version: "given", flags: RULES } };

  it("are in force once init was called, behind flags that the app gave, too", async () => {
    const server = await startRollgateServer({ beta: true });
    server.answer("flags", { status: 503 });
    const flags = { beta: true };
    const client = createClient(server, { bootstrap: { ...bootstrap, flags } });
    expect(client.rulesVersion).toBeUndefined();
    const updated = nextEvent(client, "rules_updated");
    await client.init(FREE);
    expect(await updated).toBe("given");
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "bootstrap" });
    expect(client.isEnabledDetail("beta", true, FREE)).toMatchObject({
      value: false,
      source: "bootstrap",
    });
  });

  it("win over those in storage", async () => {
    const { config } = lasting();
    const { server, client } = await local({ beta: flagFor("plan", "free") }, config, PRO);
    await client.close();
    const { client: next } = await restarted(server, { ...config, bootstrap });
    expect([next.rulesVersion, next.isEnabled("beta", false, PRO)]).toEqual(["given", true]);
  });
});

describe("rules older than maxStalenessMs", () => {
  it("answer for nobody, with STALE, until others come", async () => {
    const { clock, config } = lasting({ maxStalenessMs: 2 * TTL });
    const { server, client } = await local(RULES, config, PRO);
    await client.close();
    clock.advance(2 * TTL - 1);
    const { client: next } = await restarted(server, config);
    expect(next.isEnabled("beta", false, PRO)).toBe(true);
    clock.advance(1);
    expect(next.isEnabledDetail("beta", false, PRO)).toMatchObject({
      value: false,
      reason: { kind: "ERROR", errorKind: "STALE" },
      source: "default",
    });
    expect({ ...next.getAllFlags(PRO) }).toEqual({});
    expect({ ...next.forUser(PRO).getAllFlags() }).toEqual({});
  });
});

describe("rules that cannot be evaluated", () => {
  const odd = { ...RULES.beta, rules: [{ ...RULES.beta.rules[0], conditions: ["odd"] }] };

  it("are told once, also when they come again, and spoil no other flag", async () => {
    const { client, send } = await local(RULES, {}, PRO);
    const events = recordEvents(client, "error");
    await send("v2", { ...RULES, odd });
    await send("v3", { ...RULES, odd, more: RULES.open });
    expect(events.entries).toEqual([
      ["error", expect.objectContaining({ code: "RULES_MALFORMED" })],
    ]);
    expect(client.getAllFlags()).toEqual({ beta: true, open: true, odd: false, more: true });
  });
});
