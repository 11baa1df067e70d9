import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import type { FlagStorage } from "../../../src";
import { API_KEY, createClient } from "../../support/client";
import { until } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage } from "../client/support";
import { batches, event, imbalance, names } from "./support";

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "rollgate-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

const outboxes = async (directory: string) =>
  (await readdir(directory)).filter((name) => name.includes(".outbox-") && !name.includes("tmp"));

it("brings unsent events back after a restart, oldest first and counted as accepted", async () => {
  const directory = await temporary();
  const server = await startRollgateServer();
  const config = {
    cache: { persistPath: join(directory, "flags.json") },
    tracking: { persist: true, flushIntervalMs: 60_000 },
  };
  const first = createClient(server, config);
  await first.init();
  first.setOffline(true);
  first.track(event("a"));
  first.track(event("b"));
  await first.close();
  expect(first.getEventStats()).toMatchObject({ pending: 2, dropped: { closed: 0 } });
  expect(names(server)).toEqual([]);

  const second = createClient(server, config);
  second.track(event("c"));
  await second.init();
  await until(() => second.getEventStats().accepted === 3);
  await second.flushEvents();
  expect(names(server)).toEqual([["a", "b", "c"]]);
  expect(second.getEventStats()).toMatchObject({ accepted: 3, delivered: 3, pending: 0 });
  expect(imbalance(second)).toBe(0);
  await second.close();

  const third = createClient(server, config);
  await third.init();
  await third.close();
  expect(names(server)).toEqual([["a", "b", "c"]]);
  expect(await outboxes(directory)).toEqual([]);
});

it("keeps the time of track over a restart", async () => {
  const directory = await temporary();
  const server = await startRollgateServer();
  const config = {
    cache: { persistPath: join(directory, "flags.json") },
    tracking: { persist: true },
  };
  const before = Date.now();
  const first = createClient(server, config);
  first.track(event("a"));
  const after = Date.now();
  first.setOffline(true);
  await first.init().catch(() => {});
  await first.close();
  const second = createClient(server, config);
  await second.init();
  await until(() => second.getEventStats().pending === 1);
  await second.flushEvents();
  const timestamp = batches(server)[0]?.[0]?.timestamp ?? "";
  expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(before);
  expect(Date.parse(timestamp)).toBeLessThanOrEqual(after);
});

it("writes unsent events by itself, mode 0600 and without the key, and deletes them once delivered", async () => {
  const directory = await temporary();
  const server = await startRollgateServer();
  const client = createClient(server, {
    cache: { persistPath: join(directory, "flags.json") },
    tracking: { persist: true, flushIntervalMs: 60_000 },
  });
  await client.init();
  client.track(event("a"));
  await until(async () => (await outboxes(directory)).length === 1);
  const [name = ""] = await outboxes(directory);
  const text = await readFile(join(directory, name), "utf8");
  expect(text).toContain('"eventName":"a"');
  expect(text).not.toContain(API_KEY);
  expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
  await client.flushEvents();
  await until(async () => (await outboxes(directory)).length === 0);
});

it("stores an event at most 1 s after it was tracked, however many follow", async () => {
  const directory = await temporary();
  const clock = createVirtualClock();
  const server = await startRollgateServer();
  const client = createClient(server, {
    clock,
    cache: { persistPath: join(directory, "flags.json") },
    tracking: { persist: true },
  });
  await client.init();
  for (let n = 0; n < 10; n++) {
    client.track(event(`e${n}`));
    clock.advance(100);
  }
  await until(async () => (await outboxes(directory)).length === 1);
  const [name = ""] = await outboxes(directory);
  expect(await readFile(join(directory, name), "utf8")).toContain('"eventName":"e0"');
});

it("keeps events in cache.storage where there is no file", async () => {
  const entries = new Map<string, string>();
  const storage: FlagStorage = {
    get: async (key) => entries.get(key),
    set: async (key, value) => void entries.set(key, value),
    delete: async (key) => void entries.delete(key),
    keys: async (prefix) => [...entries.keys()].filter((key) => key.startsWith(prefix)),
  };
  const server = await startRollgateServer();
  const config = { cache: { storage }, tracking: { persist: true } };
  const first = createClient(server, config);
  await first.init();
  first.setOffline(true);
  first.track(event("a"));
  await first.close();
  const second = createClient(server, config);
  await second.init();
  await until(() => second.getEventStats().accepted === 1);
  await second.flushEvents();
  expect(names(server)).toEqual([["a"]]);
});

it("lets two clients of one process keep their events apart", async () => {
  const directory = await temporary();
  const server = await startRollgateServer();
  const config = {
    cache: { persistPath: join(directory, "flags.json") },
    tracking: { persist: true },
  };
  const first = createClient(server, config);
  await first.init();
  first.setOffline(true);
  first.track(event("first"));
  await until(async () => (await outboxes(directory)).length === 1);
  const second = createClient(server, config);
  second.track(event("second"));
  await second.init();
  await until(async () => (await outboxes(directory)).length === 2);
  await second.flushEvents();
  await second.close();
  first.setOffline(false);
  await first.flushEvents();
  expect(names(server)).toEqual([["second"], ["first"]]);
});

it("does not send twice what was delivered before the restart", async () => {
  const directory = await temporary();
  const server = await startRollgateServer();
  const config = {
    cache: { persistPath: join(directory, "flags.json") },
    tracking: { persist: true, maxBufferSize: 1 },
    closeTimeoutMs: 50,
  };
  const first = createClient(server, config);
  await first.init();
  const never = createGate();
  server.answerOnce("events", {}, { gate: never });
  for (const name of ["a", "b", "c"]) first.track(event(name));
  await server.request("events", 2);
  await first.close();
  expect(first.getEventStats()).toMatchObject({ delivered: 1, pending: 2 });
  const second = createClient(server, config);
  await second.init();
  await until(() => second.getEventStats().delivered === 2);
  expect(names(server)).toEqual([["a"], ["b"], ["b"], ["c"]]);
});

it("lets no answer count any more once the time to close is over: what is stored is what is unsent", async () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
  onTestFinished(() => warned.mockRestore());
  const clock = createVirtualClock();
  const server = await startRollgateServer();
  const storage = createMapStorage();
  const slow = createGate();
  const signals: (AbortSignal | null | undefined)[] = [];
  const client = createClient(server, {
    clock,
    cache: {
      storage: {
        ...storage,
        set: async (key, value) => {
          if (key.includes("flags")) await slow.opened;
          storage.set(key, value);
        },
      },
    },
    tracking: { persist: true, maxBufferSize: 1 },
    timeoutMs: 60_000,
    closeTimeoutMs: 300,
    fetch: (input, init) => {
      signals.push(init?.signal);
      return fetch(input, init);
    },
  });
  await client.init();
  const answer = createGate();
  server.answer("events", { gate: answer });
  client.track(event("a"));
  await server.request("events", 1);
  const closed = client.close();
  clock.advance(300);
  const brokenOff = signals.at(-1)?.aborted;
  await until(() => [...storage.entries.keys()].some((key) => key.includes("outbox")));
  answer.open();
  slow.open();
  await closed;
  expect(brokenOff).toBe(true);
  expect(client.getEventStats()).toMatchObject({ delivered: 0, pending: 1 });
  const [, outbox] = [...storage.entries].find(([key]) => key.includes("outbox")) ?? [];
  expect(JSON.parse(outbox ?? "")).toMatchObject({ events: [{ eventName: "a" }] });
  expect(warned).not.toHaveBeenCalled();
});
