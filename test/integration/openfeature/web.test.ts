import { OpenFeature, ProviderEvents } from "@openfeature/web-sdk";
import { describe, expect, it } from "vitest";
import { RollgateWebProvider } from "../../../src/openfeature/web";
import { createClient } from "../../support/client";
import { nextEvent } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { hearEvents } from "./heard";
import { ANN, answerByUser, BOB, readyFor } from "./web-support";

const client = OpenFeature.getClient();
const heard = () => hearEvents(OpenFeature, ProviderEvents);

describe("evaluations", () => {
  it("answer from memory, in all four types, for the user that the context names", async () => {
    const server = await startRollgateServer();
    answerByUser(server, {
      ann: { beta: true, banner: "Dear Ann", limit: 7, theme: { mode: "dark" } },
    });
    await readyFor(server, {
      targetingKey: "ann",
      email: "ann@example.com",
      plan: "pro",
      company: { name: "Acme" },
    });
    expect(client.getBooleanValue("beta", false)).toBe(true);
    expect(client.getStringValue("banner", "-")).toBe("Dear Ann");
    expect(client.getNumberValue("limit", 0)).toBe(7);
    expect(client.getObjectValue("theme", {})).toEqual({ mode: "dark" });
    expect((await server.request("identify", 1)).json()).toEqual({
      user: {
        id: "ann",
        email: "ann@example.com",
        attributes: { plan: "pro", "company.name": "Acme" },
      },
    });
  });

  it("say why, and where the value comes from", async () => {
    const server = await startRollgateServer();
    const reason = { kind: "RULE_MATCH", ruleId: "paying", ruleIndex: 2, inRollout: true };
    const flag = { key: "banner", type: "string", value: "Hi", enabled: true, reason };
    server.flags = { banner: { ...flag, variationId: "warm" } };
    const provider = await readyFor(server);
    expect(client.getStringDetails("banner", "-")).toEqual({
      flagKey: "banner",
      value: "Hi",
      variant: "warm",
      reason: "TARGETING_MATCH",
      flagMetadata: {
        source: "network",
        stale: false,
        version: provider.client.getVersion(),
        updatedAt: expect.any(Number),
        ruleId: "paying",
        ruleIndex: 2,
        inRollout: true,
      },
    });
  });

  it("give the default and a code where there is no such flag, or one of another type", async () => {
    const server = await startRollgateServer({ beta: true, banner: "Hi", broken: { enabled: 1 } });
    await readyFor(server);
    const codes = [
      client.getBooleanDetails("typo", true),
      client.getBooleanDetails("banner", true),
      client.getStringDetails("beta", "default"),
      client.getNumberDetails("banner", 5),
      client.getObjectDetails("banner", { a: 1 }),
      client.getBooleanDetails("broken", true),
    ].map(({ value, reason, errorCode }) => [value, reason, errorCode]);
    expect(codes).toEqual([
      [true, "ERROR", "FLAG_NOT_FOUND"],
      [true, "ERROR", "TYPE_MISMATCH"],
      ["default", "ERROR", "TYPE_MISMATCH"],
      [5, "ERROR", "TYPE_MISMATCH"],
      [{ a: 1 }, "ERROR", "TYPE_MISMATCH"],
      [true, "ERROR", "PARSE_ERROR"],
    ]);
  });

  it("are told to hooks", async () => {
    const server = await startRollgateServer({ beta: true });
    await readyFor(server);
    const told: unknown[] = [];
    client.addHooks({
      after: ({ context }, { flagMetadata }) =>
        void told.push([context.targetingKey, flagMetadata["source"]]),
      error: (_, error) => void told.push((error as { code?: unknown }).code),
    });
    client.getBooleanValue("beta", false);
    client.getBooleanValue("typo", false);
    client.clearHooks();
    expect(told).toEqual([["ann", "network"], "FLAG_NOT_FOUND"]);
  });

  it("need a client that asks for typed flags, and say so", async () => {
    const server = await startRollgateServer({ banner: "Hi" });
    await readyFor(server, ANN, { typedFlags: false });
    expect(client.getStringDetails("banner", "-").errorMessage).toContain("typedFlags: true");
    expect(client.getBooleanValue("banner", false)).toBe(true);
  });
});

describe("a change of the context", () => {
  it("puts another user in place, and serves no value of the old one from then on", async () => {
    const server = await startRollgateServer();
    answerByUser(server, { ann: { beta: true }, bob: { beta: false } });
    await readyFor(server);
    const events = heard();
    const changed = OpenFeature.setContext(BOB);
    expect(client.providerStatus).toBe("RECONCILING");
    expect(client.getBooleanDetails("beta", true)).toMatchObject({
      value: true,
      errorCode: "PROVIDER_NOT_READY",
    });
    await changed;
    expect(client.getBooleanDetails("beta", true)).toMatchObject({ value: false });
    expect(client.providerStatus).toBe("READY");
    expect(events.names()).toEqual(["Reconciling", "ContextChanged"]);
  });

  it("is won by the latest, in whatever order the answers come", async () => {
    const server = await startRollgateServer();
    const slow = createGate();
    server.answer("v2", async ({ query }) => {
      const id = query.get("user_id");
      if (id === "bob") await slow.opened;
      return { flags: { name: id ?? "nobody" } };
    });
    const provider = await readyFor(server);
    const events = heard();
    const first = OpenFeature.setContext(BOB);
    await server.request("v2", 2);
    const last = OpenFeature.setContext({ targetingKey: "cleo" });
    slow.open();
    await Promise.all([first, last]);
    expect(provider.client.user).toEqual({ id: "cleo" });
    expect(client.getStringValue("name", "-")).toBe("cleo");
    expect(events.names().filter((name) => name === "ContextChanged")).toHaveLength(1);
  });

  it("to nobody resets, and from nobody identifies", async () => {
    const server = await startRollgateServer();
    answerByUser(server, { ann: { beta: true }, nobody: { beta: false } });
    const provider = await readyFor(server, {});
    expect([provider.client.user, client.getBooleanValue("beta", true)]).toEqual([
      undefined,
      false,
    ]);
    await OpenFeature.setContext(ANN);
    expect(client.getBooleanValue("beta", false)).toBe(true);
    await OpenFeature.setContext({ plan: "pro" });
    expect([provider.client.user, client.getBooleanValue("beta", true)]).toEqual([
      undefined,
      false,
    ]);
  });

  it("that names the same user asks for nothing", async () => {
    const server = await startRollgateServer({ beta: true });
    await readyFor(server, { targetingKey: "ann", plan: "pro" });
    const requests = server.requests().length;
    const events = heard();
    await OpenFeature.setContext({ plan: "pro", targetingKey: "ann" });
    expect(server.requests()).toHaveLength(requests);
    expect(events.names()).toEqual(["ContextChanged"]);
    await OpenFeature.setContext({ plan: "team", targetingKey: "ann" });
    expect(server.requests().length).toBeGreaterThan(requests);
  });

  it("that fails is an ERROR, and READY once the user's flags come", async () => {
    const server = await startRollgateServer({ beta: true });
    const provider = await readyFor(server);
    const events = heard();
    server.answer("v2", { status: 500 });
    await OpenFeature.setContext(BOB);
    expect(client.providerStatus).toBe("ERROR");
    expect(client.getBooleanDetails("beta", false)).toMatchObject({ value: false });
    server.restore();
    await provider.client.refresh();
    await events.next("Ready");
    expect(client.providerStatus).toBe("READY");
    expect(client.getBooleanValue("beta", false)).toBe(true);
    expect(events.names()).toEqual(["Reconciling", "Error", "ConfigurationChanged", "Ready"]);
    expect(events.told[2]).toEqual(["ConfigurationChanged", {}]);
  });

  it("that failed is tried again by the same context", async () => {
    const server = await startRollgateServer({ beta: true });
    await readyFor(server);
    server.answerOnce("v2", { status: 500 });
    await OpenFeature.setContext(BOB);
    expect(client.providerStatus).toBe("ERROR");
    await OpenFeature.setContext(BOB);
    expect(client.providerStatus).toBe("READY");
    expect(client.getBooleanValue("beta", false)).toBe(true);
  });

  it("that fails is none where flags of that user are remembered", async () => {
    const server = await startRollgateServer({ beta: true });
    await readyFor(server);
    await OpenFeature.setContext(BOB);
    server.answer("v2", { status: 500 });
    await OpenFeature.setContext(ANN);
    expect(client.providerStatus).toBe("READY");
    expect(client.getBooleanDetails("beta", false)).toMatchObject({ value: true });
  });

  it("while it starts wins over what it started with", async () => {
    const server = await startRollgateServer();
    answerByUser(server, { ann: { name: "ann" }, bob: { name: "bob" } });
    const gate = createGate();
    server.answerOnce("identify", { gate });
    const started = readyFor(server, ANN);
    await server.request("identify", 1);
    const changed = OpenFeature.setContext(BOB);
    gate.open();
    const provider = await started;
    await changed;
    expect(provider.client.user).toEqual({ id: "bob" });
    expect(client.getStringValue("name", "-")).toBe("bob");
  });
});

describe("a client that was given", () => {
  it("gets the user of the context, also when the app started it for another one", async () => {
    const server = await startRollgateServer({ beta: true });
    const own = createClient(server);
    await own.init({ id: "somebody" });
    const provider = new RollgateWebProvider(own);
    await OpenFeature.setProviderAndWait(provider, ANN);
    expect(own.user).toEqual({ id: "ann" });
    expect(provider.client).toBe(own);
    await OpenFeature.clearProviders();
    await own.refresh();
  });

  it("keeps its user where the context names none", async () => {
    const server = await startRollgateServer({ beta: true });
    const own = createClient(server);
    await own.init({ id: "somebody" });
    await OpenFeature.setProviderAndWait(new RollgateWebProvider(own));
    expect(own.user).toEqual({ id: "somebody" });
    expect(server.count("flags")).toBe(1);
  });
});

it("a client of its own is closed when another provider takes its place", async () => {
  const server = await startRollgateServer({ beta: true });
  const provider = await readyFor(server);
  const closed = nextEvent(provider.client, "closed");
  await readyFor(server);
  await closed;
});

it("serves one domain alone: a second one's context would be another user", async () => {
  const server = await startRollgateServer({ beta: true });
  const provider = await readyFor(server);
  await expect(OpenFeature.setProviderAndWait("checkout", provider)).rejects.toThrow(
    /more than one domain/,
  );
  const other = await startRollgateServer({ beta: false });
  const own = new RollgateWebProvider(createClient(other, { typedFlags: true }));
  await OpenFeature.setProviderAndWait("checkout", own, BOB);
  expect([own.client.user, provider.client.user]).toEqual([{ id: "bob" }, { id: "ann" }]);
  expect(OpenFeature.getClient("checkout").getBooleanValue("beta", true)).toBe(false);
  expect(client.getBooleanValue("beta", false)).toBe(true);
});

it("queues conversion events of the context's user", async () => {
  const server = await startRollgateServer({ beta: true });
  const provider = await readyFor(server);
  client.track("bought", { flagKey: "beta", value: 5 });
  client.track("nothing");
  await provider.client.flushEvents();
  expect(server.events).toMatchObject([
    { flagKey: "beta", eventName: "bought", userId: "ann", value: 5 },
  ]);
  expect(provider.client.getEventStats().refused).toBe(1);
});
