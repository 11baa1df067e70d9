/** What a page does to a client, on a platform whose page a test plays; the real ones are in test/browser. */
import { afterEach, describe, expect, it } from "vitest";
import { PlatformClient } from "../../../src/client/client";
import { nodePlatform } from "../../../src/platform/node";
import type { PageSignal, Platform } from "../../../src/platform/platform";
import { API_KEY } from "../../support/client";
import { createGate, startRollgateServer } from "../../support/rollgate-server";

const open = new Set<PlatformClient>();

afterEach(async () => {
  await Promise.all([...open].map((client) => client.close()));
  open.clear();
});

function createPage(url: string, enableStreaming = false) {
  let tell: (signal: PageSignal) => void = () => {};
  const { openStream: _, ...withoutStreams } = nodePlatform;
  const platform: Platform = {
    ...withoutStreams,
    browser: true,
    storage: () => undefined,
    watchPage(listener) {
      tell = listener;
      return () => {};
    },
  };
  const client = new PlatformClient(
    {
      apiKey: API_KEY,
      baseUrl: url,
      enableStreaming,
      refreshIntervalMs: 0,
      retry: { maxRetries: 0 },
      telemetry: { enabled: false },
      closeTimeoutMs: 500,
      logLevel: "silent",
    },
    platform,
  );
  open.add(client);
  return { client, tell: (type: PageSignal["type"]) => tell({ type }) };
}

const event = (eventName: string) => ({ flagKey: "beta", eventName, userId: "u" });
const namesIn = (body: string) =>
  (JSON.parse(body) as { events: { eventName: string }[] }).events.map(
    ({ eventName }) => eventName,
  );

describe("a page", () => {
  it("that is hidden sends what waits, and one more batch beside the one under way", async () => {
    const server = await startRollgateServer({ beta: true });
    const { client, tell } = createPage(server.url);
    await client.init();
    const gate = createGate();
    server.answerOnce("events", { gate, body: { received: 1 } });
    client.track(event("first"));
    tell("hidden");
    const first = await server.request("events", 1);
    client.track(event("second"));
    tell("hidden");
    const second = await server.request("events", 2);
    expect([namesIn(first.body), namesIn(second.body)]).toEqual([["first"], ["second"]]);
    await second.ended;
    gate.open();
    await first.ended;
    await client.flushEvents();
    expect(client.getEventStats()).toMatchObject({ accepted: 2, delivered: 2, pending: 0 });
  });

  it("that leaves suspends the connection and holds events back; its return refreshes once", async () => {
    const server = await startRollgateServer({ beta: true });
    const { client, tell } = createPage(server.url);
    await client.init();
    tell("left");
    expect(client.getState().connection).toBe("suspended");
    client.track(event("waits"));
    await expect(client.flushEvents()).rejects.toMatchObject({ code: "OFFLINE" });
    const before = server.count("flags");
    tell("returned");
    await server.request("flags", before + 1);
    await server.request("events", 1);
    expect(client.getState().connection).toBe("manual.resting");
  });

  it("that is shown again refreshes once", async () => {
    const server = await startRollgateServer({ beta: true });
    const { client, tell } = createPage(server.url);
    await client.init();
    await client.refresh();
    const before = server.count("flags");
    await new Promise<void>((resolve) => {
      const stop = client.onTransition(({ actor, to }) => {
        if (actor !== "refresh" || to !== "idle.resting") return;
        stop();
        resolve();
      });
    });
    server.flags = { beta: false };
    const changed = new Promise<unknown>((resolve) => client.once("flag_changed", resolve));
    tell("shown");
    tell("shown");
    expect(await changed).toEqual({ key: "beta", value: false, previous: true });
    tell("shown");
    expect(server.count("flags")).toBe(before + 1);
    await client.refresh();
    expect(server.count("flags")).toBe(before + 2);
  });

  it("streams over fetch where the platform has no way of its own", async () => {
    const server = await startRollgateServer({ beta: true });
    const { client } = createPage(server.url, true);
    await client.init();
    const stream = await server.stream(1);
    const changed = new Promise<unknown>((resolve) => client.once("flag_changed", resolve));
    server.flags = { beta: false };
    stream.event("flag-changed", { key: "beta", enabled: false });
    expect(await changed).toEqual({ key: "beta", value: false, previous: true });
  });
});

describe("an override", () => {
  it("of what is no JSON is malformed, and leaves the app's own objects alone", async () => {
    const server = await startRollgateServer({});
    const { client } = createPage(server.url);
    const value = { list: [1] };
    client.setOverride("json", value);
    client.setOverride("function", (() => 1) as never);
    value.list.push(2);
    expect(client.getJson("json", {})).toEqual({ list: [1] });
    expect(client.getValueDetail("function", "mine").reason.errorKind).toBe("MALFORMED_FLAG");
  });
});
