import { expect, it } from "vitest";
import { RollgateClient as BrowserClient, type RollgateConfig } from "../../../src/index.browser";
import { RollgateClient } from "../../../src/index.edge";
import { edgePlatform } from "../../../src/platform/edge";
import { nodePlatform } from "../../../src/platform/node";
import { API_KEY } from "../../support/client";
import { nextEvent } from "../../support/events";
import { type RollgateServer, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage } from "../client/support";
import { event, names } from "../delivery/support";
import { rejection } from "../http/support";

const ANN = { id: "ann", attributes: { plan: "pro" } };

const config = (server: RollgateServer, more: Partial<RollgateConfig> = {}): RollgateConfig => ({
  apiKey: API_KEY,
  baseUrl: server.url,
  refreshIntervalMs: 0,
  logLevel: "silent",
  ...more,
});

it("introduces itself and sends the user, as servers do", async () => {
  const server = await startRollgateServer({ beta: true });
  await using client = await RollgateClient.start(config(server), ANN);
  expect(client.isEnabled("beta")).toBe(true);
  const { headers } = server.requests("flags")[0] ?? {};
  expect(headers?.["x-sdk-name"]).toBe("rollgate-typescript");
  expect(headers?.["x-user-context"]).toBeTypeOf("string");
});

it("gives `fetch` nothing that only browsers know", async () => {
  const server = await startRollgateServer({ beta: true });
  const seen = new Set<string>();
  const spying = {
    fetch: (input: string | URL | Request, init: RequestInit = {}) => {
      for (const name of Object.keys(init)) seen.add(name);
      return fetch(input, init);
    },
    enableStreaming: true,
  };
  {
    await using client = await RollgateClient.start(config(server, spying), ANN);
    await server.stream(1);
    client.track(event("one"));
  }
  expect([...seen].sort()).toEqual(["body", "headers", "method", "redirect", "signal"]);
});

it("sends batches as large as servers do", async () => {
  const server = await startRollgateServer({ beta: true });
  await using client = await RollgateClient.start(config(server));
  for (let n = 0; n < 50; n++)
    client.track({ ...event("big"), metadata: { text: "x".repeat(9_999) } });
  await client.flushEvents();
  expect(names(server).map(({ length }) => length)).toEqual([50]);
});

it("keeps nothing by itself, and flags and events where it is told to", async () => {
  const server = await startRollgateServer({ beta: true });
  const persist = { tracking: { persist: true } };
  expect(() => new RollgateClient(config(server, persist))).toThrow("tracking.persist");
  const storage = createMapStorage();
  const keeping = config(server, { ...persist, cache: { storage } });
  server.answer("events", { status: 503 });
  const first = await RollgateClient.start(keeping, ANN);
  first.track(event("kept"));
  await first.flush();
  first.setOffline(true);
  await first.close();
  expect(first.getEventStats()).toMatchObject({ pending: 1, delivered: 0 });
  server.restore("events");
  const second = await RollgateClient.start(keeping, ANN);
  await second.flush();
  expect(second.getEventStats()).toMatchObject({ accepted: 1, delivered: 1 });
  await second.close();
});

it("names its entries as Node does: an edge worker and a server share a storage", async () => {
  const text = "https://api.rollgate.io\nключ";
  expect(await edgePlatform.digest(text)).toBe(await nodePlatform.digest(text));
});

it("evaluates by rules, which are part of it", async () => {
  const server = await startRollgateServer();
  await using client = new RollgateClient(config(server, { enableStreaming: true }));
  await client.init();
  const updated = nextEvent(client as never, "rules_updated");
  const flags = { beta: { enabled: true, rollout: 0, targetUsers: ["ann"] } };
  (await server.stream(1)).event("rules-full", { version: "v7", flags });
  await updated;
  expect(client.forUser({ id: "ann" }).isEnabled("beta")).toBe(true);
});

it("`start` closes the client when its init rejects, and leaves no timer", async () => {
  const server = await startRollgateServer();
  server.answer("flags", { status: 404 });
  const clock = createVirtualClock();
  const started = RollgateClient.start(config(server, { clock }));
  expect(await rejection(started)).toMatchObject({ statusCode: 404 });
  expect(clock.pending()).toEqual([]);
});

it("is another class than the browser's", () => {
  expect(RollgateClient).not.toBe(BrowserClient);
});
