import { OpenFeature, ProviderEvents } from "@openfeature/web-sdk";
import { expect, it } from "vitest";
import { RollgateWebProvider } from "../../../src/openfeature/web";
import { passTime } from "../../../src/testing";
import { createClient } from "../../support/client";
import { areGone } from "../../support/garbage";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage, persist } from "../client/support";
import { rejection } from "../http/support";
import { hearEvents } from "./heard";
import { quiet } from "./server-support";

import { ANN, BOB, readyFor } from "./web-support";

const client = OpenFeature.getClient();
const heard = () => hearEvents(OpenFeature, ProviderEvents);

it("the start is one READY, and an update one CONFIGURATION_CHANGED with its flags", async () => {
  const server = await startRollgateServer({ a: true, b: true, c: true });
  const events = heard();
  const provider = await readyFor(server);
  server.flags = { a: false, b: true, d: 1 };
  await provider.client.refresh();
  await events.next("ConfigurationChanged");
  await provider.client.refresh();
  expect(events.told.map(([name, { flagsChanged }]) => [name, flagsChanged])).toEqual([
    ["Ready", undefined],
    ["ConfigurationChanged", ["a", "d", "c"]],
  ]);
});

it("the start of a client that is ready already is one READY", async () => {
  const server = await startRollgateServer({ beta: true });
  const own = createClient(server);
  await own.init({ id: "ann" });
  const events = heard();
  await OpenFeature.setProviderAndWait(new RollgateWebProvider(own), ANN);
  own.setOverride("beta", false);
  await events.next("ConfigurationChanged");
  expect(events.told).toEqual([
    ["Ready", {}],
    ["ConfigurationChanged", { flagsChanged: ["beta"] }],
  ]);
});

it("flags that have grown old are STALE, and READY when they are confirmed", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true }, { etags: true });
  const provider = await readyFor(server, ANN, { clock, cache: { ttlMs: 60_000 } });
  const events = heard();
  clock.advance(60_000);
  await events.next("Stale");
  expect(client.providerStatus).toBe("STALE");
  expect(client.getBooleanDetails("beta", false)).toMatchObject({
    value: true,
    reason: "STALE",
    flagMetadata: { stale: true },
  });
  await provider.client.refresh();
  await events.next("Ready");
  expect(client.getBooleanDetails("beta", false).reason).toBe("DEFAULT");
  expect(events.names()).toEqual(["Stale", "Ready"]);
});

it("flags that are too old to be served are an ERROR", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const provider = await readyFor(server, ANN, { clock, maxStalenessMs: 60_000 });
  const events = heard();
  clock.advance(60_000);
  await events.next("Error");
  expect(client.getBooleanDetails("beta", false)).toMatchObject({
    value: false,
    errorCode: "GENERAL",
  });
  await provider.client.refresh();
  await events.next("Ready");
  // Nobody knows which: what was shown is to be asked for again.
  expect(events.told).toEqual([
    ["ConfigurationChanged", {}],
    ["Error", { errorCode: "GENERAL", message: "There are no flags to serve." }],
    ["ConfigurationChanged", {}],
    ["Ready", {}],
  ]);
});

it("a start from old flags in storage is READY, then STALE, and READY with the first answer", async () => {
  const storage = createMapStorage();
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const config = { clock, cache: { storage, ttlMs: 60_000 }, typedFlags: true };
  await persist(server, config, { id: "ann" });
  clock.advance(120_000);
  server.answer("*", { status: 500 });
  const events = heard();
  const provider = await readyFor(server, ANN, config);
  expect(client.getBooleanDetails("beta", false)).toMatchObject({ value: true, reason: "STALE" });
  await events.next("Stale");
  server.restore();
  await provider.client.refresh();
  await events.next("Ready", 2);
  expect(events.names()).toEqual(["Ready", "Stale", "Ready"]);
});

it("a refused key is fatal at the start, and heals", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  server.answer("*", { status: 401 });
  const provider = new RollgateWebProvider(
    quiet(server, { clock, circuitBreaker: { recoveryTimeoutMs: 60_000 } }),
  );
  const events = heard();
  const set = rejection(OpenFeature.setProviderAndWait(provider, ANN));
  await passTime(10_000, { clock, clients: [provider.client], server });
  expect(await set).toMatchObject({ code: "PROVIDER_FATAL", cause: { statusCode: 401 } });
  expect(client.getBooleanDetails("beta", false).errorCode).toBe("PROVIDER_FATAL");
  server.restore();
  await passTime(60_000, { clock, clients: [provider.client], server });
  await events.next("Ready");
  expect(client.getBooleanValue("beta", false)).toBe(true);
  expect(events.names()).toEqual(["Error", "ConfigurationChanged", "Ready"]);
});

it("a key that is refused later is an ERROR while flags serve, and fatal for a user without", async () => {
  const server = await startRollgateServer({ beta: true });
  const provider = await readyFor(server);
  const events = heard();
  server.answer("*", { status: 403 });
  await rejection(provider.client.refresh());
  await events.next("Error");
  expect(events.told).toEqual([
    ["Error", { errorCode: "GENERAL", message: expect.stringContaining("API key") }],
  ]);
  expect(client.providerStatus).toBe("ERROR");
  expect(client.getBooleanValue("beta", false)).toBe(true);

  await OpenFeature.setContext(BOB);
  await events.next("Error", 3);
  expect(events.told.at(-1)).toEqual([
    "Error",
    { errorCode: "PROVIDER_FATAL", message: expect.stringContaining("API key") },
  ]);
  expect(client.providerStatus).toBe("FATAL");
  expect(client.getBooleanDetails("beta", false).errorCode).toBe("PROVIDER_FATAL");

  // The flags of the one before are remembered.
  await OpenFeature.setContext(ANN);
  await events.next("Error", 4);
  expect(client.providerStatus).toBe("ERROR");
  expect(client.getBooleanValue("beta", false)).toBe(true);

  server.restore();
  await OpenFeature.setContext(BOB);
  expect(client.providerStatus).toBe("READY");
});

it("the same context again does not hide that flags are stale", async () => {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  await readyFor(server, ANN, { clock, cache: { ttlMs: 60_000 } });
  const events = heard();
  clock.advance(60_000);
  await events.next("Stale");
  await OpenFeature.setContext(ANN);
  await events.next("Stale", 2);
  expect(client.providerStatus).toBe("STALE");
});

it("a provider that was replaced tells nothing more, and is gone", async () => {
  const server = await startRollgateServer({ beta: true });
  const own = createClient(server);
  const refs = await (async () => {
    const provider = new RollgateWebProvider(own);
    await OpenFeature.setProviderAndWait(provider, ANN);
    return [new WeakRef(provider)];
  })();
  // What the SDK remembers knows the one before.
  await OpenFeature.setProviderAndWait(new RollgateWebProvider(own), ANN);
  await OpenFeature.setProviderAndWait(new RollgateWebProvider(own), ANN);
  const events = heard();
  own.setOverride("beta", false);
  await events.next("ConfigurationChanged");
  expect(await areGone(refs)).toBe(true);
  expect(events.names()).toEqual(["ConfigurationChanged"]);
});
