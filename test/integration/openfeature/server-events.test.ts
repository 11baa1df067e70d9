import { OpenFeature, ProviderEvents } from "@openfeature/server-sdk";
import { describe, expect, it } from "vitest";
import { RollgateServerProvider } from "../../../src/openfeature/server";
import { passTime } from "../../../src/testing";
import { createClient } from "../../support/client";
import { nextEvent, untilState } from "../../support/events";
import { areGone } from "../../support/garbage";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { rejection } from "../http/support";
import { flagFor, RULES } from "../local/support";
import { hearEvents } from "./heard";
import { quiet, ready } from "./server-support";

const heard = () => hearEvents(OpenFeature, ProviderEvents);
const PRO = { targetingKey: "ann", plan: "pro" };

describe("initialize", () => {
  it("is told by one READY, once rules are in hand", async () => {
    const events = heard();
    await ready();
    expect(events.told).toEqual([["Ready", {}]]);
    expect(OpenFeature.getClient().providerStatus).toBe("READY");
  });

  it("with a refused key is fatal, and a repaired key heals without a restart", async () => {
    const clock = createVirtualClock();
    const server = await startRollgateServer({ beta: true });
    server.answer("*", { status: 401 });
    const provider = new RollgateServerProvider(
      quiet(server, { clock, circuitBreaker: { recoveryTimeoutMs: 60_000 } }),
    );
    const events = heard();
    const set = rejection(OpenFeature.setProviderAndWait(provider));
    await passTime(10_000, { clock, clients: [provider.client], server });
    const refused = await set;
    const client = OpenFeature.getClient();
    expect(refused).toMatchObject({ code: "PROVIDER_FATAL", cause: { statusCode: 401 } });
    expect(client.providerStatus).toBe("FATAL");
    expect(events.names()).toEqual(["Error"]);
    expect(await client.getBooleanDetails("beta", false)).toMatchObject({
      value: false,
      errorCode: "PROVIDER_FATAL",
    });

    server.restore();
    await passTime(60_000, { clock, clients: [provider.client], server });
    (await server.stream(1)).event("rules-full", { version: "v1", flags: RULES });
    await events.next("Ready");
    expect(client.providerStatus).toBe("READY");
    expect(await client.getBooleanValue("beta", false, PRO)).toBe(true);
  });

  it("with a service that is down is an error, and ready once it is back", async () => {
    const clock = createVirtualClock();
    const server = await startRollgateServer({ beta: true });
    server.answer("*", { status: 503 });
    const events = heard();
    const provider = new RollgateServerProvider(
      quiet(server, { clock, circuitBreaker: { recoveryTimeoutMs: 10_000 }, initTimeoutMs: 5_000 }),
    );
    const set = rejection(OpenFeature.setProviderAndWait(provider));
    await passTime(5_000, { clock, clients: [provider.client], server });
    expect(await set).toMatchObject({ code: "GENERAL", cause: { statusCode: 503 } });
    expect(OpenFeature.getClient().providerStatus).toBe("ERROR");
    server.restore();
    await passTime(60_000, { clock, clients: [provider.client], server });
    (await server.stream(1)).event("rules-full", { version: "v1", flags: RULES });
    await events.next("Ready");
    expect(events.names().filter((name) => name !== "ConfigurationChanged")).toEqual([
      "Error",
      "Ready",
    ]);
  });
});

describe("while it runs", () => {
  it("each update of the rules is one CONFIGURATION_CHANGED with the flags that changed", async () => {
    const { stream } = await ready();
    const events = heard();
    stream.event("rules-full", {
      version: "v2",
      flags: { ...RULES, beta: flagFor("plan", "team"), extra: RULES.open },
    });
    await events.next("ConfigurationChanged");
    stream.event("rules-full", { version: "v3", flags: { open: RULES.open } });
    await events.next("ConfigurationChanged", 2);
    const changed = events.told.map(([name, { flagsChanged }]) => [
      name,
      [...(flagsChanged as string[])].sort(),
    ]);
    expect(changed).toEqual([
      ["ConfigurationChanged", ["beta", "extra"]],
      ["ConfigurationChanged", ["beta", "extra"]],
    ]);
  });

  it("rules that nobody vouches for any more are STALE, and READY when they are confirmed", async () => {
    const clock = createVirtualClock();
    const { server, stream, provider } = await ready(RULES, {
      clock,
      cache: { ttlMs: 60_000 },
      stream: { reconnectBaseDelayMs: 1_000, reconnectMaxDelayMs: 1_000 },
    });
    const client = OpenFeature.getClient();
    const events = heard();
    server.answer("stream", { status: 503 });
    stream.drop();
    await untilState(provider.client, ({ connection }) => connection === "streaming.backingOff");
    await passTime(60_000, { clock, clients: [provider.client], server });
    await events.next("Stale");
    expect(client.providerStatus).toBe("STALE");
    expect(await client.getBooleanDetails("beta", false, PRO)).toMatchObject({
      value: true,
      reason: "STALE",
      flagMetadata: { stale: true },
    });

    server.restore("stream");
    await passTime(10_000, { clock, clients: [provider.client], server });
    (await server.stream(2)).event("rules-full", { version: "v1", flags: RULES });
    await events.next("Ready");
    expect(events.names()).toEqual(["Stale", "Ready"]);
    expect(await client.getBooleanDetails("beta", false, PRO)).toMatchObject({
      reason: "TARGETING_MATCH",
    });
  });

  it("a key that is refused is an ERROR, and the rules in hand go on serving", async () => {
    const clock = createVirtualClock();
    const { server, provider } = await ready(RULES, {
      clock,
      circuitBreaker: { recoveryTimeoutMs: 10_000 },
    });
    const client = OpenFeature.getClient();
    const events = heard();
    server.answer("v2", { status: 403 });
    await rejection(provider.client.refresh());
    await events.next("Error");
    expect(events.told).toEqual([
      ["Error", { errorCode: "GENERAL", message: expect.stringContaining("API key") }],
    ]);
    expect(client.providerStatus).toBe("ERROR");
    expect(await client.getBooleanValue("beta", false, PRO)).toBe(true);

    server.restore("v2");
    await provider.client.refresh();
    await events.next("Ready");
    expect(client.providerStatus).toBe("READY");
  });

  it("a client without flags is no event each time that something fails", async () => {
    const { server, provider } = await ready();
    const events = heard();
    server.answer("v2", { status: 400 });
    await rejection(provider.client.refresh());
    await rejection(provider.client.refresh());
    expect(events.told).toEqual([]);
  });
});

describe("at its end", () => {
  it("closes a client of its own, with what is unsent, and leaves one that was given alone", async () => {
    const { server, provider } = await ready();
    OpenFeature.getClient().track("bought", PRO, { flagKey: "beta" });
    const own = createClient(server);
    const given = new RollgateServerProvider(own, { rulesTimeoutMs: 0 });
    const closed = nextEvent(provider.client, "closed");
    await OpenFeature.setProviderAndWait(given);
    await closed;
    expect(server.events.map(({ eventName }) => eventName)).toEqual(["bought"]);
    await OpenFeature.clearProviders();
    expect(own.getState().client).toBe("running");
    await own.refresh();
  });

  it("leaves nothing on a client that was given, and tells nothing more", async () => {
    const server = await startRollgateServer({ beta: true });
    const own = createClient(server);
    const refs = await (async () => {
      const provider = new RollgateServerProvider(own, { rulesTimeoutMs: 0 });
      await OpenFeature.setProviderAndWait(provider);
      let told = 0;
      provider.events.addHandler("PROVIDER_CONFIGURATION_CHANGED" as never, () => void told++);
      await OpenFeature.clearProviders();
      own.setOverride("beta", false);
      await own.refresh();
      expect(told).toBe(0);
      return [new WeakRef(provider)];
    })();
    // The SDK keeps the handlers of its last provider.
    await OpenFeature.setProviderAndWait(new RollgateServerProvider(own, { rulesTimeoutMs: 0 }));
    expect(await areGone(refs)).toBe(true);
  });

  it("a provider that was closed says so when it is set again", async () => {
    const { provider } = await ready();
    await OpenFeature.clearProviders();
    await expect(OpenFeature.setProviderAndWait(provider)).rejects.toMatchObject({
      code: "GENERAL",
      cause: { code: "CLIENT_CLOSED" },
    });
  });

  it("is not waited for by rules that do not come", async () => {
    const server = await startRollgateServer();
    const provider = new RollgateServerProvider(quiet(server), { rulesTimeoutMs: 60_000 });
    const set = rejection(OpenFeature.setProviderAndWait(provider));
    await server.stream(1);
    await OpenFeature.clearProviders();
    expect(await set).toMatchObject({ code: "GENERAL" });
  });
});

it("two domains have providers of their own, and share one", async () => {
  const { server: first } = await ready({ beta: { enabled: true, rollout: 100 } });
  const second = await startRollgateServer({ beta: false });
  const other = new RollgateServerProvider(quiet(second), { rulesTimeoutMs: 0 });
  await OpenFeature.setProviderAndWait("other", other);
  await OpenFeature.setProviderAndWait("third", other);
  const valueIn = (domain?: string) =>
    (domain === undefined
      ? OpenFeature.getClient()
      : OpenFeature.getClient(domain)
    ).getBooleanDetails("beta", true);
  expect([(await valueIn()).value, (await valueIn("other")).value]).toEqual([true, false]);
  expect((await valueIn("third")).value).toBe(false);
  expect(first.count("v2")).toBe(1);

  const events = hearEvents(OpenFeature.getClient("other"), ProviderEvents);
  second.flags = { beta: true };
  await other.client.refresh();
  await events.next("ConfigurationChanged");
  expect((await valueIn("third")).value).toBe(true);
});

describe("track", () => {
  it("queues a conversion event of the context's user", async () => {
    const { server, provider } = await ready();
    OpenFeature.getClient().track("bought", PRO, {
      flagKey: "beta",
      variationId: "blue",
      value: 9.5,
      currency: "EUR",
      at: new Date(0),
    });
    await provider.client.flushEvents();
    expect(server.events).toEqual([
      {
        flagKey: "beta",
        eventName: "bought",
        userId: "ann",
        variationId: "blue",
        value: 9.5,
        metadata: { currency: "EUR", at: "1970-01-01T00:00:00.000Z" },
        timestamp: expect.any(String),
      },
    ]);
  });

  it.each<[string, object, object, RegExp]>([
    ["a flag", PRO, {}, /flagKey must be/],
    ["a user", {}, { flagKey: "beta" }, /no current user/],
    ["a number for its value", PRO, { flagKey: "beta", value: "9" }, /value must be/],
  ])("without %s is refused, counted and told", async (_, context, details, message) => {
    const { provider } = await ready();
    const told = nextEvent(provider.client, "error");
    OpenFeature.getClient().track("bought", context as never, details as never);
    expect((await told).message).toMatch(message);
    expect(provider.client.getEventStats()).toMatchObject({ accepted: 0, refused: 1 });
  });
});
