import {
  AsyncLocalStorageTransactionContextPropagator,
  OpenFeature,
} from "@openfeature/server-sdk";
import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../../src";
import { startDevServer } from "../../../src/dev-server";
import { RollgateServerProvider } from "../../../src/openfeature/server";
import { createClient } from "../../support/client";
import { untilState } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { flagFor, PRO, RULES } from "../local/support";
import { quiet, ready } from "./server-support";

const forPlan = { attribute: "plan", operator: "equals", value: "pro" };
const TYPED = {
  beta: { enabled: true, rollout: 0, rules: [{ id: "paying", conditions: [forPlan] }] },
  banner: {
    enabled: true,
    type: "string",
    defaultValue: "Hello",
    rollout: 0,
    variations: [{ id: "warm", value: "Dear customer" }],
    rules: [{ id: "paying", conditions: [forPlan], variationId: "warm" }],
  },
  limit: { enabled: true, type: "number", defaultValue: 10, rollout: 0 },
  theme: { enabled: true, type: "json", defaultValue: { mode: "dark" }, rollout: 0 },
  gone: { enabled: false },
} as const;

const ANN = { targetingKey: "ann", plan: "pro" };
const BOB = { targetingKey: "bob", plan: "free" };

/** A provider of a dev server that streams rules. */
async function typed() {
  const server = await startDevServer({ localEvaluation: true, flags: { flags: TYPED } });
  const provider = new RollgateServerProvider(quiet(server, { apiKey: "dev-key" }));
  await OpenFeature.setProviderAndWait(provider);
  return { server, provider, client: OpenFeature.getClient() };
}

describe("each call", () => {
  it("is evaluated for the user that its own context names, in all four types", async () => {
    const { server, client } = await typed();
    await using _ = server;
    expect(await client.getBooleanValue("beta", false, ANN)).toBe(true);
    expect(await client.getBooleanValue("beta", true, BOB)).toBe(false);
    expect(await client.getStringValue("banner", "-", ANN)).toBe("Dear customer");
    expect(await client.getStringValue("banner", "-", BOB)).toBe("Hello");
    expect(await client.getNumberValue("limit", 0, BOB)).toBe(10);
    expect(await client.getObjectValue("theme", {}, BOB)).toEqual({ mode: "dark" });
  });

  it("says why, which variation, and where it comes from", async () => {
    const { server, client, provider } = await typed();
    await using _ = server;
    expect(await client.getStringDetails("banner", "-", ANN)).toEqual({
      flagKey: "banner",
      value: "Dear customer",
      variant: "warm",
      reason: "TARGETING_MATCH",
      flagMetadata: {
        source: "rules",
        stale: false,
        version: provider.client.getVersion(),
        updatedAt: expect.any(Number),
        ruleId: "paying",
        ruleIndex: 0,
        inRollout: true,
      },
    });
    const reasonOf = async (key: string) => (await client.getBooleanDetails(key, true, BOB)).reason;
    expect([await reasonOf("beta"), await reasonOf("gone")]).toEqual(["DEFAULT", "DISABLED"]);
    provider.client.setOverride("beta", true);
    expect(await client.getBooleanDetails("beta", false, BOB)).toMatchObject({
      value: true,
      reason: "STATIC",
      flagMetadata: { source: "override" },
    });
  });

  it("gets the default and a code where there is no such flag, or one of another type", async () => {
    const { server, client } = await typed();
    await using _ = server;
    expect(await client.getBooleanDetails("typo", true, ANN)).toMatchObject({
      value: true,
      reason: "ERROR",
      errorCode: "FLAG_NOT_FOUND",
    });
    const mismatches = [
      await client.getBooleanDetails("banner", true, ANN),
      await client.getStringDetails("beta", "default", ANN),
      await client.getStringDetails("limit", "default", ANN),
      await client.getNumberDetails("theme", 1, ANN),
      await client.getObjectDetails("banner", { a: 1 }, ANN),
    ];
    expect(mismatches.map(({ value, errorCode }) => [value, errorCode])).toEqual([
      [true, "TYPE_MISMATCH"],
      ["default", "TYPE_MISMATCH"],
      ["default", "TYPE_MISMATCH"],
      [1, "TYPE_MISMATCH"],
      [{ a: 1 }, "TYPE_MISMATCH"],
    ]);
    expect(mismatches[0]?.errorMessage).toContain("typedFlags: true");
  });

  it("takes what the API, a transaction, the client and hooks add to its context", async () => {
    const { server } = await typed();
    await using _ = server;
    OpenFeature.setTransactionContextPropagator(
      new AsyncLocalStorageTransactionContextPropagator(),
    );
    OpenFeature.setContext({ targetingKey: "ann" });
    const client = OpenFeature.getClient();
    expect(await client.getBooleanValue("beta", true)).toBe(false);
    await new Promise<void>((resolve) => {
      OpenFeature.setTransactionContext({ plan: "pro" }, async () => {
        expect(await client.getBooleanValue("beta", false)).toBe(true);
        expect(await client.getBooleanValue("beta", true, BOB)).toBe(false);
        resolve();
      });
    });
    client.addHooks({ before: () => ({ plan: "pro" }) });
    expect(await client.getBooleanValue("beta", false, BOB)).toBe(true);
  });

  it("is told to hooks, with its metadata, also when it fails", async () => {
    const { server, client } = await typed();
    await using _ = server;
    const told: unknown[] = [];
    client.addHooks({
      after: (_, { flagMetadata }) => void told.push(flagMetadata["source"]),
      error: (_, error) => void told.push((error as { code?: unknown }).code),
      finally: (_, { reason }) => void told.push(reason),
    });
    await client.getBooleanValue("beta", false, ANN);
    await client.getBooleanValue("typo", false, ANN);
    expect(told).toEqual(["rules", "TARGETING_MATCH", "FLAG_NOT_FOUND", "ERROR"]);
  });

  it("never gets another user's value, however many are under way", async () => {
    const { server, client } = await typed();
    await using _ = server;
    const users = Array.from({ length: 500 }, (_, i) => ({
      targetingKey: `u-${i % 50}`,
      plan: i % 3 === 0 ? "pro" : "free",
    }));
    const answers = await Promise.all(
      users.map((user) => client.getStringValue("banner", "-", user)),
    );
    expect(answers).toEqual(users.map(({ plan }) => (plan === "pro" ? "Dear customer" : "Hello")));
  });

  it("gets the default where a rule cannot be read", async () => {
    await ready({ broken: { enabled: "yes" } });
    expect(await OpenFeature.getClient().getBooleanDetails("broken", true, ANN)).toMatchObject({
      value: true,
      reason: "ERROR",
      errorCode: "PARSE_ERROR",
    });
  });

  it("gets the default where the rules are older than maxStalenessMs", async () => {
    const clock = createVirtualClock();
    const { stream, provider } = await ready(RULES, { clock, maxStalenessMs: 60_000 });
    stream.drop();
    await untilState(provider.client, ({ connection }) => connection === "streaming.backingOff");
    clock.advance(60_000);
    const details = await OpenFeature.getClient().getBooleanDetails("open", false, ANN);
    expect(details).toMatchObject({ value: false, errorCode: "GENERAL" });
    expect(details.errorMessage).toContain("maxStalenessMs");
  });
});

describe("a context without a targeting key", () => {
  it("gets what anybody gets, where nothing is in it", async () => {
    const { server, client } = await typed();
    await using _ = server;
    expect(await client.getStringDetails("banner", "-")).toMatchObject({
      value: "Hello",
      reason: "DEFAULT",
    });
  });

  it("is an error where something is, for rules could ask for it", async () => {
    const { server, client } = await typed();
    await using _ = server;
    for (const context of [
      { plan: "pro" },
      { targetingKey: "", plan: "pro" },
      { email: "a@b.c" },
    ]) {
      expect(await client.getStringDetails("banner", "-", context)).toMatchObject({
        value: "-",
        reason: "ERROR",
        errorCode: "TARGETING_KEY_MISSING",
      });
    }
  });
});

describe("without rules", () => {
  it("initialize says what to do, and calls that name a user say so, too", async () => {
    const server = await startRollgateServer({ beta: true });
    const provider = new RollgateServerProvider(quiet(server), { rulesTimeoutMs: 1 });
    await expect(OpenFeature.setProviderAndWait(provider)).rejects.toThrow(/No rules came within/);
    const client = OpenFeature.getClient();
    expect(client.providerStatus).toBe("ERROR");
    const { errorMessage, ...details } = await client.getBooleanDetails("beta", false, ANN);
    expect(details).toMatchObject({ value: false, reason: "ERROR", errorCode: "GENERAL" });
    expect(errorMessage).toContain("enableStreaming: true");
    // Nobody in particular gets what the server says of nobody.
    expect(await client.getBooleanValue("beta", false)).toBe(true);

    const stream = await server.stream(1);
    const updated = new Promise((resolve) => client.addHandler("PROVIDER_READY" as never, resolve));
    stream.event("rules-full", { version: "v1", flags: { beta: flagFor("plan", "pro") } });
    await updated;
    expect(client.providerStatus).toBe("READY");
    expect(await client.getBooleanValue("beta", false, ANN)).toBe(true);
  });

  it("a client's own user gets the client's own flags, and nobody else does", async () => {
    const server = await startRollgateServer({ beta: true });
    const own = createClient(server);
    await own.init(PRO);
    await OpenFeature.setProviderAndWait(new RollgateServerProvider(own, { rulesTimeoutMs: 0 }));
    const client = OpenFeature.getClient();
    expect(client.providerStatus).toBe("READY");
    const codeFor = async (context: object) => {
      const { value, errorCode } = await client.getBooleanDetails("beta", false, context as never);
      return errorCode ?? value;
    };
    expect(await codeFor({ targetingKey: "pro", plan: "pro" })).toBe(true);
    expect(await codeFor({ targetingKey: "pro", plan: "free" })).toBe("GENERAL");
    expect(await codeFor({ targetingKey: "pro" })).toBe("GENERAL");
    expect(await codeFor({ targetingKey: "ann", plan: "pro" })).toBe("GENERAL");
    expect(await codeFor({})).toBe("TARGETING_KEY_MISSING");
  });
});

it("refuses options and configurations that make no sense", async () => {
  const server = await startRollgateServer();
  const make = (config: object, options: object) => () =>
    new RollgateServerProvider({ ...quiet(server), ...config }, options);
  expect(make({}, { rulesTimeoutMs: -1 })).toThrow(ConfigurationError);
  expect(make({}, { rulesTimeoutMs: Number.NaN })).toThrow(/rulesTimeoutMs/);
  expect(make({ apiKey: "" }, {})).toThrow(ConfigurationError);
});
