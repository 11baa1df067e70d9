import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  ConfigurationError,
  NetworkError,
  RollgateClient,
  ServerError,
  type UserContext,
  ValidationError,
} from "../../../src";
import { createTestClient, createVirtualClock, type TestClientOptions } from "../../../src/testing";
import { nextEvent, recordEvents } from "../../support/events";

const ANN = { id: "ann" };
const FLAGS = {
  "new-checkout": true,
  limit: 5,
  banner: "Hello",
  theme: { dark: true },
  old: false,
};

const rejection = (promise: Promise<unknown>) =>
  promise.then(() => undefined).catch((error) => error);

// No test may reach the network or wait for time.
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", () => expect.unreachable("fetch was called"));
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("createTestClient", () => {
  it("makes a client that is ready at once, with flags of each type", () => {
    const client = createTestClient({ flags: FLAGS, user: ANN });
    expect(client).toBeInstanceOf(RollgateClient);
    expect(client.isReady).toBe(true);
    expect(client.user).toEqual(ANN);
    expect(client.isEnabled("new-checkout")).toBe(true);
    expect(client.getNumber("limit", 0)).toBe(5);
    expect(client.getString("banner", "")).toBe("Hello");
    expect(client.getJson("theme", { dark: false })).toEqual({ dark: true });
    expect(client.isEnabled("old", true)).toBe(false);
    expect(client.isEnabledDetail("unknown", true)).toMatchObject({
      value: true,
      source: "default",
    });
  });

  it("gives reasons", () => {
    const reason = { kind: "RULE_MATCH", ruleId: "r1", inRollout: true } as const;
    const client = createTestClient({ flags: FLAGS, reasons: { limit: reason } });
    expect(client.getNumberDetail("limit", 0).reason).toEqual(reason);
    expect(client.isEnabledDetail("old").reason.kind).toBe("FALLTHROUGH");
  });

  it("changes nothing by init, refresh, identify and close, which all resolve", async () => {
    const client = createTestClient({ flags: FLAGS });
    const events = recordEvents(client, "ready", "flag_changed", "flags_updated", "error");
    await client.init(ANN);
    await client.refresh();
    await client.identify({ id: "bob", attributes: { plan: "pro" } });
    await client.reset();
    expect(client.getString("banner", "")).toBe("Hello");
    expect(client.getJson("theme", {})).toEqual({ dark: true });
    expect(events.names).toEqual(["ready"]);
    expect(vi.getTimerCount()).toBe(0);
    await client.close();
    expect(client.isEnabled("new-checkout")).toBe(true);
  });

  it("does not touch what it was given", () => {
    const flags = { theme: { dark: true } };
    const client = createTestClient({ flags });
    flags.theme.dark = false;
    expect(client.getJson("theme", {})).toEqual({ dark: true });
    expect(Object.isFrozen(flags.theme)).toBe(false);
  });

  it.each([
    [{ flag: {} }, "createTestClient takes no flag; it takes flags, reasons,"],
    [{ ready: 1 }, "ready is true or false"],
    [{ flags: { limit: Number.NaN } }, 'test\'s flag "limit" is no JSON'],
    [{ flags: { limit: undefined } }, 'test\'s flag "limit" is no JSON'],
    [{ maxStalenessMs: -1 }, "maxStalenessMs"],
  ])("refuses %j", (options, message) => {
    const call = () => createTestClient(options as TestClientOptions);
    expect(call).toThrow(ConfigurationError);
    expect(call).toThrow(message);
  });

  it("refuses a user that makes no sense", () => {
    expect(() => createTestClient({ user: { id: "" } })).toThrow(ValidationError);
  });
});

describe("a changed flag", () => {
  it("is seen by the very next evaluation, and by every listener", () => {
    const client = createTestClient({ flags: FLAGS });
    const heard = vi.fn();
    client.subscribe("new-checkout", heard);
    const events = recordEvents(client, "flag_changed", "flags_updated");
    const version = client.getVersion();
    client.setFlag("new-checkout", false);
    expect(client.isEnabled("new-checkout")).toBe(false);
    expect(client.getVersion()).toBe(version + 1);
    expect(heard).toHaveBeenCalledOnce();
    expect(events.names).toEqual(["flag_changed", "flags_updated"]);
    client.setFlag("new-checkout", false);
    expect(client.getVersion()).toBe(version + 1);
  });

  it("has the reason that is given", () => {
    const client = createTestClient();
    client.setFlag("limit", 7, { kind: "TARGET_MATCH" });
    expect(client.getNumberDetail("limit", 0)).toMatchObject({
      value: 7,
      reason: { kind: "TARGET_MATCH" },
    });
  });

  it("can be one of several, told once, which leave the others", () => {
    const client = createTestClient({ flags: FLAGS });
    const events = recordEvents(client, "flags_updated");
    client.setFlags({ limit: 6, added: true });
    expect([client.getNumber("limit", 0), client.isEnabled("added")]).toEqual([6, true]);
    expect(client.isEnabled("new-checkout")).toBe(true);
    expect(events.names).toEqual(["flags_updated"]);
  });

  it("can be gone: the app gets its default", () => {
    const client = createTestClient({ flags: FLAGS });
    client.removeFlag("banner");
    expect(client.getString("banner", "none")).toBe("none");
    expect(client.getAllFlags()).not.toHaveProperty("banner");
  });

  it("is no JSON: refused, and nothing changes", () => {
    const client = createTestClient({ flags: FLAGS });
    expect(() => client.setFlag("limit", (() => 1) as never)).toThrow(/flag "limit" is no JSON/);
    expect(client.getNumber("limit", 0)).toBe(5);
  });

  it("survives an answer that was under way", async () => {
    const client = createTestClient({ flags: { limit: 1 } });
    await client.init();
    await client.refresh();
    for (let at = 0; at < 60; at++) {
      const refreshed = client.refresh();
      for (let turn = 0; turn < at; turn++) await Promise.resolve();
      client.setFlag("limit", at);
      expect(client.getNumber("limit", -1)).toBe(at);
      await refreshed;
      expect(client.getNumber("limit", -1)).toBe(at);
    }
    await client.close();
  });
});

describe("users", () => {
  it("change at once, and keep the flags, before and after init", async () => {
    const client = createTestClient({ flags: FLAGS });
    client.setUser(ANN);
    expect([client.user, client.isEnabled("new-checkout")]).toEqual([ANN, true]);
    await client.init();
    client.setUser({ id: "bob" });
    expect([client.user?.id, client.isEnabled("new-checkout")]).toEqual(["bob", true]);
    client.setUser(undefined);
    expect([client.user, client.isReady]).toEqual([undefined, true]);
    await client.close();
  });

  it("that make no sense are refused at once; after close nothing changes", async () => {
    const client = createTestClient({ user: ANN });
    expect(() => client.setUser({} as UserContext)).toThrow(ValidationError);
    expect(client.user).toEqual(ANN);
    await client.close();
    client.setUser({ id: "bob" });
    expect(client.user).toEqual(ANN);
  });

  it("other than the current one get what the rules say, once init has resolved", async () => {
    const rules = {
      version: "1",
      flags: {
        limit: {
          type: "number",
          enabled: true,
          rollout: 0,
          targetUsers: ["vip"],
          variations: [{ id: "v", value: 9 }],
        },
        beta: { enabled: true, rollout: 0, targetUsers: ["vip"] },
      },
    };
    const client = createTestClient({ flags: { beta: false }, rules });
    await client.init();
    expect(client.forUser({ id: "vip" }).isEnabled("beta")).toBe(true);
    expect(client.isEnabled("beta", true, { id: "other" })).toBe(false);
    expect(client.isEnabledDetail("beta", false, { id: "vip" }).reason.kind).toBe("TARGET_MATCH");
    expect(client.isEnabled("beta", true)).toBe(false);
    client.setUser({ id: "vip" });
    expect(client.isEnabled("beta", true)).toBe(false);
    await client.init();
    await client.close();
  });
});

describe("tracked", () => {
  const purchase = { flagKey: "new-checkout", eventName: "purchase" };

  it("holds what track() accepted, of client and views, oldest first", () => {
    const client = createTestClient({ user: ANN });
    client.track({ ...purchase, value: 3 });
    client.forUser({ id: "bob" }).track(purchase);
    client.track({ ...purchase, userId: "eve" });
    expect(client.tracked).toEqual([
      { ...purchase, value: 3, userId: "ann" },
      { ...purchase, userId: "bob" },
      { ...purchase, userId: "eve" },
    ]);
    client.clearTracked();
    expect(client.tracked).toEqual([]);
  });

  it("holds nothing that is refused, which is an error as ever", async () => {
    const client = createTestClient();
    const failed = nextEvent(client, "error");
    client.track(purchase);
    expect(await failed).toBeInstanceOf(ValidationError);
    await client.close();
    client.track({ ...purchase, userId: "ann" });
    expect(client.tracked).toEqual([]);
  });

  it("holds frozen copies", () => {
    const client = createTestClient({ user: ANN });
    const metadata = { cart: { items: 1 } };
    client.track({ ...purchase, metadata });
    metadata.cart.items = 2;
    const [event] = client.tracked;
    expect(event?.metadata).toEqual({ cart: { items: 1 } });
    expect(Object.isFrozen(event?.metadata?.["cart"])).toBe(true);
    expect(Object.isFrozen(client.tracked)).toBe(true);
  });

  it("is kept when events are sent", async () => {
    const client = createTestClient({ user: ANN });
    await client.init();
    client.track(purchase);
    await client.flushEvents();
    expect(client.getEventStats()).toMatchObject({ delivered: 1, pending: 0 });
    expect(client.tracked).toHaveLength(1);
    await client.close();
  });
});

describe("trouble", () => {
  it("no flags yet: defaults until init has resolved, whatever is set", async () => {
    const client = createTestClient({ flags: FLAGS, ready: false });
    expect(client.isReady).toBe(false);
    client.setFlag("limit", 6);
    client.setUser(ANN);
    expect(client.getNumberDetail("limit", 1)).toMatchObject({
      value: 1,
      reason: { kind: "ERROR", errorKind: "CLIENT_NOT_READY" },
    });
    await client.init();
    expect([client.isReady, client.getNumber("limit", 1)]).toEqual([true, 6]);
    await client.close();
  });

  it("init rejects, and a later refresh mends it", async () => {
    const client = createTestClient({ flags: FLAGS, ready: false });
    client.failNext("flags", 503);
    expect(await rejection(client.init())).toBeInstanceOf(ServerError);
    client.setFlag("limit", 6);
    expect(client.isReady).toBe(false);
    await client.refresh();
    expect(client.getNumber("limit", 1)).toBe(6);
    await client.close();
  });

  it("refresh rejects once per failure, the flags serving on", async () => {
    const client = createTestClient({ flags: FLAGS });
    await client.init();
    await client.refresh();
    client.failNext("flags");
    client.failNext("flags", 400);
    expect(await rejection(client.refresh())).toBeInstanceOf(NetworkError);
    expect(await rejection(client.refresh())).toBeInstanceOf(ValidationError);
    await client.refresh();
    expect(client.isEnabled("new-checkout")).toBe(true);
    await client.close();
  });

  it("identify rejects for a user without flags", async () => {
    const client = createTestClient({ flags: FLAGS });
    await client.init();
    await client.refresh();
    client.failNext("flags", 503);
    expect(await rejection(client.identify({ id: "new" }))).toBeInstanceOf(ServerError);
    expect(client.isReady).toBe(false);
    await client.close();
  });

  it("flushEvents rejects, and the events wait", async () => {
    const client = createTestClient({ user: ANN });
    await client.init();
    client.track({ flagKey: "limit", eventName: "seen" });
    client.failNext("events", 503);
    expect(await rejection(client.flushEvents())).toBeInstanceOf(ServerError);
    await client.flushEvents();
    expect(client.getEventStats()).toMatchObject({ delivered: 1, pending: 0 });
    await client.close();
  });

  it("the user is not announced: an error, nothing else", async () => {
    const client = createTestClient({ flags: FLAGS });
    await client.init();
    await client.refresh();
    client.failNext("identify", 503);
    const failed = nextEvent(client, "error");
    await client.identify(ANN);
    expect(await failed).toBeInstanceOf(ServerError);
    await client.close();
  });

  it("flags become stale and are withheld, on a clock that the test moves", async () => {
    const clock = createVirtualClock();
    const client = createTestClient({ flags: FLAGS, clock, maxStalenessMs: 600_000 });
    await client.init();
    await client.refresh();
    const stale = nextEvent(client, "flags_stale");
    clock.advance(300_000);
    await stale;
    expect(client.isEnabledDetail("new-checkout")).toMatchObject({ value: true, stale: true });
    clock.advance(300_000);
    expect(client.isEnabledDetail("new-checkout").reason.errorKind).toBe("STALE");
    client.setFlag("limit", 6);
    expect(client.isEnabledDetail("new-checkout")).toMatchObject({ value: true, stale: false });
    await client.close();
  });

  it.each([
    [["flag", 503], "the request is one of flags, identify, events"],
    [["flags", 200], "the status is between 400 and 599"],
  ])("refuses failNext%j", (args, message) => {
    const client = createTestClient();
    const call = () => client.failNext(...(args as Parameters<typeof client.failNext>));
    expect(call).toThrow(ConfigurationError);
    expect(call).toThrow(message);
  });
});
