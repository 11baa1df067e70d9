import { describe, expect, it } from "vitest";
import type { RollgateConfig, UserContext } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, recordEvents } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";

const KEYS = ["", "unknown", "__proto__", "constructor", "toString", "💥", "\u0000"];

async function ready(flags: Record<string, unknown>, config: Partial<RollgateConfig> = {}) {
  const server = await startRollgateServer(flags);
  const client = createClient(server, config);
  await client.init();
  return { server, client };
}

describe("a boolean flag", () => {
  it("is answered from memory with the server's reason", async () => {
    const server = await startRollgateServer();
    server.answer("flags", {
      flags: { beta: true, old: false, plain: true, off: false },
      reasons: {
        beta: { kind: "RULE_MATCH", ruleId: "r1", ruleIndex: 2, inRollout: true },
        old: { kind: "OFF" },
      },
    });
    const clock = createVirtualClock();
    const client = createClient(server, { clock });
    await client.init();
    const known = { source: "network", stale: false, version: 1, updatedAt: clock.now() };
    expect(client.isEnabledDetail("beta")).toEqual({
      ...known,
      value: true,
      reason: { kind: "RULE_MATCH", ruleId: "r1", ruleIndex: 2, inRollout: true },
    });
    expect(client.isEnabledDetail("old", true)).toEqual({
      ...known,
      value: false,
      reason: { kind: "OFF" },
    });
    expect(client.isEnabledDetail("plain")).toEqual({
      ...known,
      value: true,
      reason: { kind: "FALLTHROUGH", inRollout: true },
    });
    expect(client.isEnabledDetail("off", true)).toEqual({
      ...known,
      value: false,
      reason: { kind: "FALLTHROUGH", inRollout: false },
    });
  });

  it("that nobody knows gives the default with UNKNOWN", async () => {
    const { client } = await ready({ beta: true });
    expect(client.isEnabled("unknown")).toBe(false);
    expect(client.isEnabled("unknown", true)).toBe(true);
    expect(client.isEnabledDetail("unknown", true)).toMatchObject({
      value: true,
      reason: { kind: "UNKNOWN" },
      source: "default",
    });
  });

  it("with a wrong value spoils that flag only", async () => {
    const { server, client } = await ready({});
    server.answer("flags", { flags: { beta: true, broken: "yes" } });
    await client.refresh();
    expect(client.isEnabled("beta")).toBe(true);
    expect(client.isEnabledDetail("broken", true)).toMatchObject({
      value: true,
      reason: { kind: "ERROR", errorKind: "MALFORMED_FLAG" },
      source: "default",
    });
    expect(client.getAllFlags()).toEqual({ beta: true });
  });
});

describe("evaluation", () => {
  it.each(KEYS)("takes %j for a key like any other", async (key) => {
    const { client } = await ready({ beta: true });
    expect(client.isEnabled(key, true)).toBe(true);
    expect(client.isEnabledDetail(key).reason).toEqual({ kind: "UNKNOWN" });
    expect(client.getString(key, "d")).toBe("d");
  });

  it("finds flags named `__proto__`, `constructor` and `toString`", async () => {
    const server = await startRollgateServer();
    server.answer("flags", {
      body: '{"flags":{"__proto__":true,"constructor":true,"toString":false}}',
    });
    const client = createClient(server);
    await client.init();
    expect(client.isEnabled("__proto__")).toBe(true);
    expect(client.isEnabled("constructor")).toBe(true);
    expect(client.isEnabledDetail("toString", true)).toMatchObject({
      value: false,
      reason: { kind: "FALLTHROUGH", inRollout: false },
    });
    expect(Object.keys(client.getAllFlags())).toEqual(["__proto__", "constructor", "toString"]);
  });

  it("never throws, whatever key, default and user are", async () => {
    const { client } = await ready({ beta: true });
    const odd = [undefined, null, 7, Symbol("s"), {}, () => {}] as never[];
    for (const value of odd) {
      expect(client.isEnabled(value, value)).toBe(value === undefined ? false : value);
      expect(client.isEnabledDetail(value).value).toBe(false);
      expect(client.getString(value, value)).toBe(value);
      expect(client.getJson(value, value)).toBe(value);
      expect(() => client.isEnabled("beta", false, value)).not.toThrow();
    }
  });

  it("for another user gives the default with RULES_NOT_AVAILABLE, where there are no rules", async () => {
    const { client } = await ready({ beta: true });
    const user: UserContext = { id: "other" };
    expect(client.isEnabled("beta", false, user)).toBe(false);
    const expected = {
      reason: { kind: "ERROR", errorKind: "RULES_NOT_AVAILABLE" },
      source: "default",
    };
    expect(client.isEnabledDetail("beta", false, user)).toMatchObject(expected);
    expect(client.getStringDetail("beta", "d", user)).toMatchObject({ ...expected, value: "d" });
    expect(client.getNumberDetail("beta", 1, user)).toMatchObject({ ...expected, value: 1 });
    expect(client.getJsonDetail("beta", [1], user)).toMatchObject({ ...expected, value: [1] });
    expect(client.getValueDetail("beta", null, user)).toMatchObject({ ...expected, value: null });
  });

  it("grows `version` by one with each change of the flags, and only then", async () => {
    const { server, client } = await ready({ beta: true, old: true });
    expect([client.getVersion(), client.isEnabledDetail("beta").version]).toEqual([1, 1]);
    await client.refresh();
    expect(client.getVersion()).toBe(1);
    server.flags = { beta: false, old: false };
    await client.refresh();
    expect(client.getVersion()).toBe(2);
  });
});

describe("getAllFlags", () => {
  it("is a frozen record of own keys without prototype", async () => {
    const { client } = await ready({ beta: true, old: false });
    const flags = client.getAllFlags();
    expect(Object.getPrototypeOf(flags)).toBe(null);
    expect(Object.isFrozen(flags)).toBe(true);
    expect({ ...flags }).toEqual({ beta: true, old: false });
  });

  it("is empty before the first flags", async () => {
    const client = createClient(await startRollgateServer());
    expect({ ...client.getAllFlags() }).toEqual({});
  });

  it("does not change when the flags do", async () => {
    const { server, client } = await ready({ beta: true });
    const before = client.getAllFlags();
    server.flags = { beta: false };
    await client.refresh();
    expect({ ...before }).toEqual({ beta: true });
    expect({ ...client.getAllFlags() }).toEqual({ beta: false });
  });
});

describe("typed flags", () => {
  const FLAGS = {
    checkout: { key: "checkout", type: "boolean", value: true, enabled: true },
    banner: {
      key: "banner",
      type: "string",
      value: "Welcome",
      enabled: true,
      variationId: "v1",
      reason: { kind: "RULE_MATCH", ruleId: "r1", inRollout: true },
    },
    limit: { key: "limit", type: "number", value: 10, enabled: true },
    theme: { key: "theme", type: "json", value: { mode: "dark", steps: [1] }, enabled: true },
    offText: { key: "offText", type: "string", value: false, enabled: false },
    offLimit: { key: "offLimit", type: "number", value: 3, enabled: false },
    wrong: { key: "wrong", type: "number", value: "ten", enabled: true },
  };

  async function typed() {
    const server = await startRollgateServer(FLAGS);
    const client = createClient(server, { typedFlags: true });
    await client.init();
    return { server, client };
  }

  it("come from the v2 endpoint", async () => {
    const { server } = await typed();
    expect(server.requests().map(({ route }) => route)).toEqual(["v2"]);
    expect((await server.request("v2", 1)).url).toBe("/api/v1/sdk/v2/flags?withReasons=true");
  });

  it("have a getter per type", async () => {
    const { client } = await typed();
    expect(client.getString("banner", "")).toBe("Welcome");
    expect(client.getNumber("limit", 0)).toBe(10);
    expect(client.getJson("theme", {})).toEqual({ mode: "dark", steps: [1] });
    expect(client.getValue("banner", null)).toBe("Welcome");
    expect(client.getValue("checkout", null)).toBe(true);
  });

  it("have details with reason and variation", async () => {
    const { client } = await typed();
    expect(client.getStringDetail("banner", "")).toMatchObject({
      value: "Welcome",
      variationId: "v1",
      reason: { kind: "RULE_MATCH", ruleId: "r1", ruleIndex: 0, inRollout: true },
      source: "network",
    });
    expect(client.getNumberDetail("limit", 0).reason).toEqual({
      kind: "FALLTHROUGH",
      inRollout: true,
    });
  });

  it("give deeply frozen JSON", async () => {
    const { client } = await typed();
    const theme = client.getJson<{ mode: string; steps: number[] }>("theme", {
      mode: "",
      steps: [],
    });
    expect([Object.isFrozen(theme), Object.isFrozen(theme.steps)]).toEqual([true, true]);
  });

  it("of another type give the default with WRONG_TYPE", async () => {
    const { client } = await typed();
    const wrong = { reason: { kind: "ERROR", errorKind: "WRONG_TYPE" }, source: "default" };
    expect(client.getNumberDetail("banner", 5)).toMatchObject({ ...wrong, value: 5 });
    expect(client.getStringDetail("limit", "d")).toMatchObject({ ...wrong, value: "d" });
    expect(client.getStringDetail("theme", "d")).toMatchObject({ ...wrong, value: "d" });
    expect(client.getJsonDetail("checkout", [])).toMatchObject({ ...wrong, value: [] });
  });

  it("of which the value is not of the type are malformed", async () => {
    const { client } = await typed();
    expect(client.getNumberDetail("wrong", 5)).toMatchObject({
      value: 5,
      reason: { kind: "ERROR", errorKind: "MALFORMED_FLAG" },
      source: "default",
    });
  });

  it("are on or off for isEnabled and getAllFlags", async () => {
    const { client } = await typed();
    expect(client.isEnabled("banner")).toBe(true);
    expect(client.isEnabled("offText", true)).toBe(false);
    expect({ ...client.getAllFlags() }).toEqual({
      checkout: true,
      banner: true,
      limit: true,
      theme: true,
      offText: false,
      offLimit: false,
    });
  });

  it("that are off keep a value of their type", async () => {
    const { client } = await typed();
    expect(client.getNumber("offLimit", 9)).toBe(3);
    expect(client.getStringDetail("offText", "d").value).toBe("");
  });

  it("change only when their value does, compared deeply", async () => {
    const { server, client } = await typed();
    const events = recordEvents(client, "flag_changed", "flags_updated");
    server.flags = structuredClone(FLAGS);
    await client.refresh();
    expect(events.names).toEqual([]);
    server.flags = {
      ...FLAGS,
      theme: { ...FLAGS.theme, value: { mode: "dark", steps: [2] } },
    };
    await client.refresh();
    expect(events.of("flag_changed")).toEqual([
      {
        key: "theme",
        value: { mode: "dark", steps: [2] },
        previous: { mode: "dark", steps: [1] },
      },
    ]);
  });
});

describe("overrides", () => {
  it("win over the server's values until they are cleared", async () => {
    const { client } = await ready({ beta: false });
    client.setOverride("beta", true);
    expect(client.isEnabled("beta")).toBe(true);
    expect(client.isEnabledDetail("beta").source).toBe("override");
    await client.refresh();
    expect(client.isEnabled("beta")).toBe(true);
    client.clearOverrides();
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: false, source: "network" });
  });

  it("can turn a flag off", async () => {
    const { client } = await ready({ beta: true });
    client.setOverride("beta", false);
    expect([client.isEnabled("beta"), client.getValue("beta", null)]).toEqual([false, false]);
  });

  it("can be of any type", async () => {
    const { client } = await ready({});
    client.setOverride("banner", "Hello");
    client.setOverride("limit", 3);
    client.setOverride("theme", { mode: "dark" });
    expect(client.getString("banner", "")).toBe("Hello");
    expect(client.getNumber("limit", 0)).toBe(3);
    expect(client.getJson("theme", {})).toEqual({ mode: "dark" });
    expect({ ...client.getAllFlags() }).toEqual({ banner: true, limit: true, theme: true });
  });

  it("work before init and outlive a change of users", async () => {
    const server = await startRollgateServer({ beta: false });
    const client = createClient(server);
    client.setOverride("beta", true);
    expect(client.isEnabled("beta")).toBe(true);
    await client.init();
    await client.identify({ id: "u2" });
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("are told like any other change", async () => {
    const { client } = await ready({ beta: false });
    const changed = nextEvent(client, "flag_changed");
    client.setOverride("beta", true);
    expect(await changed).toEqual({ key: "beta", value: true, previous: false });
    const back = nextEvent(client, "flag_changed");
    client.clearOverrides();
    expect(await back).toEqual({ key: "beta", value: false, previous: true });
  });

  it("are not persisted with the flags", async () => {
    const server = await startRollgateServer({ beta: false });
    const written: string[] = [];
    const storage = {
      get: () => undefined,
      set: (_: string, value: string) => void written.push(value),
      delete: () => {},
    };
    const client = createClient(server, { cache: { storage } });
    await client.init();
    client.setOverride("secret-override", "x");
    await client.close();
    expect(written).toHaveLength(1);
    expect(written[0]).not.toContain("secret-override");
  });
});

describe("staleness", () => {
  it("marks flags older than ttlMs and says so once", async () => {
    const clock = createVirtualClock();
    const { client } = await ready({ beta: true }, { clock, cache: { ttlMs: 60_000 } });
    const events = recordEvents(client, "flags_stale");
    clock.advance(59_999);
    expect(client.isEnabledDetail("beta").stale).toBe(false);
    clock.advance(1);
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: true });
    clock.advance(365 * 86_400_000);
    expect(client.isEnabledDetail("beta").value).toBe(true);
    expect(events.of("flags_stale").map((flags) => ({ ...flags }))).toEqual([{ beta: true }]);
  });

  it("ends with the next answer, also when that is a 304", async () => {
    const clock = createVirtualClock();
    const server = await startRollgateServer();
    server.answerOnce("flags", { flags: { beta: true }, etag: '"1"' }, { status: 304 });
    const client = createClient(server, { clock, cache: { ttlMs: 60_000 } });
    await client.init();
    clock.advance(60_000);
    expect(client.isEnabledDetail("beta").stale).toBe(true);
    await client.refresh();
    expect(client.isEnabledDetail("beta")).toMatchObject({
      value: true,
      stale: false,
      updatedAt: clock.now(),
    });
  });

  it("beyond maxStalenessMs withholds the flags: the default, with ERROR and STALE", async () => {
    const clock = createVirtualClock();
    const { server, client } = await ready(
      { beta: true },
      { clock, maxStalenessMs: 120_000, cache: { ttlMs: 60_000 } },
    );
    clock.advance(119_999);
    expect(client.isEnabled("beta")).toBe(true);
    clock.advance(1);
    expect(client.isEnabled("beta")).toBe(false);
    expect(client.isEnabledDetail("beta", false)).toMatchObject({
      value: false,
      reason: { kind: "ERROR", errorKind: "STALE" },
      source: "default",
    });
    expect({ ...client.getAllFlags() }).toEqual({});
    expect(server.count("flags")).toBe(1);
    await client.refresh();
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("counts the time in storage, too", async () => {
    const clock = createVirtualClock();
    const entries = new Map<string, string>();
    const storage = {
      get: (key: string) => entries.get(key),
      set: (key: string, value: string) => void entries.set(key, value),
      delete: (key: string) => void entries.delete(key),
    };
    const cache = { storage, ttlMs: 60_000, staleTtlMs: 600_000 };
    const { server, client } = await ready({ beta: true }, { clock, cache });
    await client.close();
    clock.advance(100_000);
    server.answer("flags", { status: 503 });
    const next = createClient(server, { clock, cache, maxStalenessMs: 120_000 });
    await next.init();
    expect(next.isEnabled("beta")).toBe(true);
    clock.advance(20_000);
    expect(next.isEnabledDetail("beta").reason).toEqual({ kind: "ERROR", errorKind: "STALE" });
    await next.close();
    const last = createClient(server, { clock, cache, maxStalenessMs: 120_000 });
    await last.init();
    expect(last.isEnabledDetail("beta").reason).toEqual({ kind: "ERROR", errorKind: "STALE" });
  });
});
