import { describe, expect, it } from "vitest";
import { API_KEY, createClient } from "../../support/client";
import { nextEvent, recordEvents, until, untilState } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { FREE, flagFor, local, PRO, RULES } from "./support";

describe("a rule set on the stream", () => {
  it("switches local evaluation on: the current user's flags come from it", async () => {
    const { client } = await local(RULES, {}, PRO);
    expect([client.mode, client.rulesVersion]).toEqual(["local", "v1"]);
    expect(client.getAllFlags()).toEqual({ beta: true, open: true });
    expect(client.isEnabledDetail("beta")).toMatchObject({
      value: true,
      source: "rules",
      stale: false,
      reason: { kind: "RULE_MATCH", ruleId: "plan-pro", ruleIndex: 0, inRollout: true },
    });
    expect(client.getState()).toMatchObject({ evaluation: "local.confirmed", rules: "live" });
  });

  it("tells what changes for the current user, and the version, once each", async () => {
    const { client, send } = await local(RULES, {}, FREE);
    const events = recordEvents(client, "flag_changed", "flags_updated", "rules_updated");
    await send("v2", { ...RULES, beta: flagFor("plan", "free"), extra: flagFor("plan", "pro") });
    expect(events.entries).toEqual([
      ["flag_changed", { key: "beta", value: true, previous: false }],
      ["flag_changed", { key: "extra", value: false, previous: undefined }],
      ["flags_updated", { beta: true, open: true, extra: false }],
      ["rules_updated", "v2"],
    ]);
  });

  it("that changes nothing for the current user tells the version alone", async () => {
    const { client, send } = await local(RULES, {}, FREE);
    const events = recordEvents(client, "flag_changed", "flags_updated", "rules_updated");
    await send("v2", { ...RULES, beta: flagFor("plan", "enterprise") });
    expect(events.entries).toEqual([["rules_updated", "v2"]]);
  });

  it("tells whose rules differ, whoever is the current user", async () => {
    const { client, send } = await local(RULES, {}, FREE);
    const events = recordEvents(client, "flag_changed", "rule_changed", "rules_updated");
    await send("v2", { ...RULES, beta: flagFor("plan", "enterprise"), extra: RULES.open });
    await send("v3", { ...RULES, beta: flagFor("plan", "enterprise") });
    expect(events.entries).toEqual([
      ["flag_changed", { key: "extra", value: true, previous: undefined }],
      ["rule_changed", { key: "beta" }],
      ["rule_changed", { key: "extra" }],
      ["rules_updated", "v2"],
      ["flag_changed", { key: "extra", value: undefined, previous: true }],
      ["rule_changed", { key: "extra" }],
      ["rules_updated", "v3"],
    ]);
  });

  it("makes init and flag-changed mean nothing", async () => {
    const { server, client, stream, send } = await local(RULES, {}, PRO);
    const fetches = server.count("flags");
    stream.event("init", { flags: { beta: false } });
    stream.event("flag-changed", { key: "beta", enabled: false });
    await send("v2", RULES);
    expect(client.isEnabled("beta")).toBe(true);
    expect(server.count("flags")).toBe(fetches);
  });
});

describe("identify and reset", () => {
  it("need no request and keep the stream; the new user's flags are there at once", async () => {
    const { server, client, stream, send } = await local(RULES, {}, PRO);
    const before = server.requests().length;
    const events = recordEvents(client, "flag_changed");
    const identified = client.identify(FREE);
    expect(client.isEnabled("beta")).toBe(false);
    await identified;
    expect(events.entries).toEqual([
      ["flag_changed", { key: "beta", value: false, previous: true }],
    ]);
    const reset = client.reset();
    expect(client.user).toBeUndefined();
    await reset;
    await client.identify({ id: "vip" });
    expect(client.isEnabledDetail("beta").reason).toEqual({ kind: "TARGET_MATCH" });
    await send("v2", RULES);
    expect(server.requests()).toHaveLength(before);
    expect(server.count("stream")).toBe(1);
    stream.drop();
  });

  it("are told to the server before it is asked for flags again", async () => {
    const { server, client } = await local(RULES, { userContextHeader: false }, PRO);
    await client.identify(FREE);
    const posts = server.count("identify");
    await client.refresh();
    expect(server.count("identify")).toBe(posts + 1);
    expect((await server.request("identify", posts + 1)).json()).toEqual({ user: FREE });
    expect(server.requests("flags").at(-1)?.query.get("user_id")).toBe("free");
  });
});

describe("any other user", () => {
  it("is evaluated per call, and leaves the current one alone", async () => {
    const { client } = await local(RULES, {}, FREE);
    expect(client.isEnabled("beta", false, PRO)).toBe(true);
    expect(client.isEnabledDetail("beta", false, { id: "vip" })).toMatchObject({
      value: true,
      source: "rules",
      reason: { kind: "TARGET_MATCH" },
    });
    expect(client.getAllFlags(PRO)).toEqual({ beta: true, open: true });
    expect(client.isEnabled("beta")).toBe(false);
    expect(client.user).toEqual(FREE);
  });

  it("gets the default for an unknown key, and whatever else they are no exception", async () => {
    const { client } = await local(RULES, {}, PRO);
    expect(client.isEnabledDetail("no", true, FREE)).toMatchObject({
      value: true,
      source: "default",
      reason: { kind: "UNKNOWN" },
    });
    const hostile = {
      get id(): string {
        throw new Error("no");
      },
    };
    expect(client.isEnabledDetail("beta", true, hostile)).toMatchObject({
      value: true,
      reason: { kind: "ERROR", errorKind: "EXCEPTION" },
    });
    // Nobody is not the current user.
    expect(client.isEnabled("beta", false, null as never)).toBe(false);
    expect(client.isEnabled("open", false, {} as never)).toBe(true);
  });

  it("has a view that serves per request", async () => {
    const rules = {
      beta: RULES.beta,
      banner: {
        enabled: true,
        rollout: 100,
        type: "string",
        defaultValue: "Hello",
        variations: [{ id: "hi", name: "Hi", value: "Hi" }],
      },
      limit: { enabled: true, rollout: 100, type: "number", defaultValue: 5 },
      theme: { enabled: true, rollout: 100, type: "json", defaultValue: { dark: true } },
    };
    const { server, client } = await local(rules, {}, FREE);
    const view = client.forUser(PRO);
    expect(view.user).toEqual(PRO);
    expect(view.isEnabled("beta")).toBe(true);
    expect(view.isEnabledDetail("beta").reason.kind).toBe("RULE_MATCH");
    expect(view.getString("banner", "")).toBe("Hi");
    expect(view.getStringDetail("banner", "").variationId).toBe("hi");
    expect(view.getNumber("limit", 0)).toBe(5);
    expect(view.getNumberDetail("banner", 7)).toMatchObject({
      value: 7,
      reason: { kind: "ERROR", errorKind: "WRONG_TYPE" },
    });
    expect(view.getJson("theme", {})).toEqual({ dark: true });
    expect(view.getJsonDetail("theme", {}).source).toBe("rules");
    expect(view.getValue("limit", null)).toBe(5);
    expect(view.getValueDetail("limit", null).value).toBe(5);
    expect(view.getAllFlags()).toEqual({ beta: true, banner: true, limit: true, theme: true });
    view.track({ flagKey: "beta", eventName: "bought" });
    client.track({ flagKey: "beta", eventName: "bought" });
    view.track({ flagKey: "beta", eventName: "bought", userId: "someone" });
    await client.flushEvents();
    const { events } = (await server.request("events", 1)).json() as {
      events: { userId: string }[];
    };
    expect(events.map(({ userId }) => userId)).toEqual(["pro", "free", "someone"]);
  });

  it("that makes no sense is told, and the view answers as for nobody", async () => {
    const { client } = await local(RULES, {}, PRO);
    const events = recordEvents(client, "error");
    const view = client.forUser({ id: "" });
    expect(events.entries).toEqual([["error", expect.objectContaining({ code: "INVALID_USER" })]]);
    expect([view.user, view.isEnabled("beta"), view.isEnabled("open")]).toEqual([
      undefined,
      false,
      true,
    ]);
  });

  it("is counted like the current one", async () => {
    const { server, client } = await local(RULES, { telemetry: { enabled: true } }, FREE);
    client.isEnabled("beta");
    client.isEnabled("beta", false, PRO);
    client.forUser(PRO).isEnabledDetail("beta");
    client.isEnabled("unknown", false, PRO);
    await client.flushTelemetry();
    expect((await server.request("telemetry", 1)).json()).toMatchObject({
      evaluations: { beta: { total: 3, true: 2, false: 1 } },
    });
  });

  it("gets overrides, too", async () => {
    const { client } = await local(RULES, {}, FREE);
    client.setOverride("beta", true);
    expect(client.isEnabledDetail("beta", false, FREE)).toMatchObject({
      value: true,
      source: "override",
    });
    client.clearOverrides();
    expect(client.isEnabled("beta", false, FREE)).toBe(false);
  });
});

describe("when the stream is lost", () => {
  it("polling takes over: newer flags of the server serve the current user, rules all others", async () => {
    const { server, client, stream } = await local(RULES, {}, PRO);
    server.flags = { beta: false, open: true };
    server.answer("stream", { status: 503 });
    stream.end();
    await untilState(client, ({ evaluation }) => evaluation === "local.doubtful");
    await client.refresh();
    expect([client.mode, client.rulesVersion]).toEqual(["remote", "v1"]);
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: false, source: "network" });
    expect(client.isEnabledDetail("beta", false, PRO)).toMatchObject({
      value: true,
      source: "rules",
    });
  });

  it("and comes back, its rules decide again", async () => {
    const reconnect = { stream: { reconnectBaseDelayMs: 1 } };
    const { server, client, stream } = await local(RULES, reconnect, PRO);
    stream.end();
    const second = await server.stream(2);
    const changed = nextEvent(client, "rules_updated");
    second.event("rules-full", { version: "v2", flags: { beta: flagFor("plan", "pro") } });
    await changed;
    expect(client.mode).toBe("local");
    expect(client.getAllFlags()).toEqual({ beta: true });
  });

  it("the same rules sent again are no news", async () => {
    const reconnect = { stream: { reconnectBaseDelayMs: 1 } };
    const { server, client, stream } = await local(RULES, reconnect, PRO);
    const events = recordEvents(client, "rules_updated", "flag_changed", "flags_updated");
    stream.end();
    const second = await server.stream(2);
    second.event("rules-full", { version: "v1", flags: RULES });
    await untilState(client, ({ evaluation }) => evaluation === "local.confirmed");
    expect(events.entries).toEqual([]);
  });
});

describe("before there are rules", () => {
  it("other users get the default, said so", async () => {
    const client = createClient(await startRollgateServer({ fetched: true }));
    await client.init(PRO);
    expect([client.mode, client.rulesVersion]).toEqual(["remote", undefined]);
    expect(client.forUser(FREE).isEnabledDetail("fetched", false)).toMatchObject({
      value: false,
      source: "default",
      reason: { kind: "ERROR", errorKind: "RULES_NOT_AVAILABLE" },
    });
  });
});

describe("a closed client", () => {
  it("goes on evaluating for any user", async () => {
    const { client } = await local(RULES, {}, FREE);
    await client.close();
    expect(client.isEnabled("beta", false, PRO)).toBe(true);
    expect(client.forUser(PRO).isEnabled("beta")).toBe(true);
    client.forUser(PRO).track({ flagKey: "beta", eventName: "late" });
    expect(client.getEventStats().refused).toBe(1);
  });
});

it("shows rules and users to nobody: transitions and inspection carry neither", async () => {
  const seen: string[] = [];
  const inspect = (event: { type: string; event?: unknown; snapshot?: unknown }) => {
    seen.push(JSON.stringify([event.type, event.event]) ?? "");
  };
  const secret = { ...RULES, beta: flagFor("plan", "pro", ["id-of-somebody"]) };
  const { client } = await local(secret, { inspect }, PRO);
  await client.identify(FREE);
  await until(() => seen.length > 0);
  expect(seen.join("\n")).not.toContain("id-of-somebody");
  expect(seen.join("\n")).not.toContain(API_KEY);
});

describe("flags that the app gives", () => {
  it("change nothing while the stream vouches for the rules, and overrule them when it is gone", async () => {
    const { client, stream } = await local(RULES, {}, PRO);
    client.applyBootstrap({ flags: { beta: false } });
    expect([client.mode, client.isEnabled("beta")]).toEqual(["local", true]);
    client.setOffline(true);
    await stream.closed;
    client.applyBootstrap({ flags: { beta: false } });
    expect([client.mode, client.isEnabled("beta")]).toEqual(["remote", false]);
    expect(client.getState().evaluation).toBe("overruled");
    expect(client.isEnabled("beta", false, PRO)).toBe(true);
  });
});
