import { describe, expect, it } from "vitest";
import { RollgateClient } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, untilState } from "../../support/events";
import { areGone, memoryInUse } from "../../support/garbage";
import { type RollgateServer, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage } from "./support";

/** A client to which everything is its own; its name is in all that it says. */
async function life(name: string, other: string, dice: number) {
  const server = await startRollgateServer({ [name]: true });
  const clock = createVirtualClock();
  const storage = createMapStorage();
  const urls: string[] = [];
  const client = createClient(server, {
    apiKey: `sb_server_key_of_${name}`,
    clock,
    random: () => dice,
    refreshIntervalMs: 30_000,
    retry: { maxRetries: 1, baseDelayMs: 1_000, jitterFactor: 0.5 },
    cache: { storage },
    telemetry: {},
    fetch: (input, init) => {
      urls.push(String(input));
      return fetch(input, init);
    },
  });
  return { name, other, server, clock, storage, urls, client };
}
type Life = Awaited<ReturnType<typeof life>>;

const each = (lives: readonly Life[], act: (life: Life) => unknown) => Promise.all(lives.map(act));

/** Two that begin at once. */
async function lives() {
  const both = await Promise.all([life("ann", "bob", 0), life("bob", "ann", 1)]);
  await each(both, ({ client, name }) => client.init({ id: name }));
  return both;
}

describe("two clients at once", () => {
  it("ask with their own fetch, for their own user, and tell their own events", async () => {
    const both = await lives();
    await each(both, async ({ client, name }) => {
      await client.identify({ id: name, attributes: { plan: name } });
      client.isEnabled(name);
      client.track({ flagKey: name, eventName: "seen" });
      await Promise.all([client.flushEvents(), client.flushTelemetry(), client.refresh()]);
    });
    for (const { name, other, server, urls, client } of both) {
      expect({ ...client.getAllFlags() }).toEqual({ [name]: true });
      expect(urls.filter((url) => !url.startsWith(server.url))).toEqual([]);
      const requests = server.requests();
      expect(new Set(requests.map(({ route }) => route))).toEqual(
        new Set(["flags", "identify", "events", "telemetry"]),
      );
      for (const { url, headers, body } of requests) {
        const said = JSON.stringify([url, headers, body]);
        expect(said).toContain(name);
        expect(said).not.toContain(other);
      }
    }
  });

  it("poll and try again by their own clock and their own chance", async () => {
    const [ann, bob] = await lives();
    const waits = () => [ann, bob].map(({ client, clock }) => waitOf(client) - clock.now());
    // A tenth less, and a tenth more.
    expect(waits()).toEqual([27_000, 33_000]);
    ann.clock.advance(27_000);
    await ann.server.request("flags", 2);
    await untilState(ann.client, ({ refresh }) => refresh === "idle.cooling");
    expect(waits()).toEqual([27_000, 33_000]);
    expect(bob.server.count("flags")).toBe(1);
    for (const { server, client } of [ann, bob]) {
      server.answerOnce("flags", { status: 503 });
      client.refresh().catch(() => {});
      await untilState(client, ({ refresh }) => refresh === "retryWait");
    }
    const attempts = [ann, bob].map(
      ({ client, clock }) => (client.getState().nextAttemptAt ?? 0) - clock.now(),
    );
    expect(attempts).toEqual([500, 1_500]);
  });

  it("keep what they know in their own storage", async () => {
    const both = await lives();
    await each(both, ({ client }) => client.close());
    for (const { name, other, storage } of both) {
      const kept = JSON.stringify([...storage.entries.values()]);
      expect(kept).toContain(name);
      expect(kept).not.toContain(other);
    }
  });

  it("have rules of their own", async () => {
    const servers = await Promise.all([startRollgateServer(), startRollgateServer()]);
    const clients = servers.map((server) => createClient(server, { enableStreaming: true }));
    await Promise.all(clients.map((client) => client.init()));
    const updates = clients.map((client) => nextEvent(client, "rules_updated"));
    for (const [i, server] of servers.entries()) {
      const stream = await server.stream(1);
      const flags = { [`of-${i}`]: { enabled: true, rollout: 100 } };
      stream.event("rules-full", { version: `v${i}`, flags });
    }
    await Promise.all(updates);
    expect(clients.map((client) => ({ ...client.getAllFlags() }))).toEqual([
      { "of-0": true },
      { "of-1": true },
    ]);
    expect(clients.map((client) => client.rulesVersion)).toEqual(["v0", "v1"]);
  });
});

describe("a client", () => {
  it("costs less than 100 kB, since the state trees are everybody's", async () => {
    const server = await startRollgateServer({ beta: true });
    await createClient(server).init();
    const before = memoryInUse();
    const idle = Array.from({ length: 200 }, () => createClient(server));
    expect((memoryInUse() - before) / idle.length).toBeLessThan(100_000);
  });

  it("is gone after it was closed, with all that it worked with", async () => {
    const server = await startRollgateServer({ beta: true });
    expect(await areGone(await closedClient(server))).toBe(true);
  });
});

/** In a function of its own, so that no variable holds what it names. */
async function closedClient(server: RollgateServer): Promise<WeakRef<object>[]> {
  const storage = createMapStorage();
  const client = new RollgateClient({
    apiKey: "sb_server_test_key",
    baseUrl: server.url,
    cache: { storage },
    enableStreaming: true,
    logLevel: "silent",
  });
  await client.init({ id: "ann" });
  await server.stream(1);
  client.track({ flagKey: "beta", eventName: "seen" });
  await client.close();
  return [client, client.actor, storage].map((each) => new WeakRef<object>(each));
}

function waitOf(client: RollgateClient): number {
  return client.getState().nextPollAt ?? 0;
}
