import { describe, expect, it } from "vitest";
import type { RollgateConfig, UserContext } from "../../../src";
import { createClient } from "../../support/client";
import { recordEvents, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage } from "../client/support";

const ANN = { id: "ann", attributes: { plan: "pro" } };
const MINUTE_MS = 60_000;

/** A shared storage that another instance has filled for a user, and a service that has changed since. */
async function shared(user: UserContext | undefined = ANN) {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true }, { etags: true });
  const storage = createMapStorage();
  const start = (config: Partial<RollgateConfig> = {}) =>
    createClient(server, { clock, ...config, cache: { storage, revalidateFresh: false } });
  const first = start();
  await first.init(user);
  await first.flush();
  await first.close();
  server.flags = { beta: false };
  const requests = server.requests().length;
  const sent = () =>
    server
      .requests()
      .slice(requests)
      .map(({ route }) => route);
  return { clock, server, storage, start, sent };
}

describe("with revalidateFresh: false", () => {
  it("a start from a fresh shared copy makes no request", async () => {
    const { start, sent } = await shared();
    const client = start();
    const heard = recordEvents(client, "ready", "error");
    await client.init(ANN);
    await client.flush();
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
    expect([sent(), heard.of("ready").length, heard.of("error")]).toEqual([[], 1, []]);
  });

  it("a start from a stale copy asks, conditionally, and stores what it learnt", async () => {
    const { clock, server, storage, start, sent } = await shared();
    clock.advance(5 * MINUTE_MS);
    const client = start();
    await client.init(ANN);
    expect(sent()).toEqual(["identify", "flags"]);
    expect(server.requests("flags").at(-1)?.headers["if-none-match"]).toBeTypeOf("string");
    await client.flush();
    expect([...storage.entries.values()].join()).toContain("[false,");
    expect(client.isEnabled("beta", true)).toBe(false);
  });

  it("a user of other attributes, or one whom storage does not know, is asked for", async () => {
    const { start, sent } = await shared();
    const client = start();
    await client.init({ ...ANN, attributes: { plan: "free" } });
    await client.flush();
    expect(sent()).toEqual(["identify", "flags"]);
    await client.identify({ id: "bob" });
    expect(sent()).toEqual(["identify", "flags", "identify", "flags"]);
  });

  it("identify() resolves with a fresh copy, and the next fetch tells the server of the user first", async () => {
    const { start, sent } = await shared();
    const client = start();
    await client.init();
    const before = sent();
    await client.identify(ANN);
    await client.flush();
    expect([before, sent()]).toEqual([["flags"], ["flags"]]);
    expect(client.isEnabled("beta")).toBe(true);
    await client.refresh();
    expect(sent()).toEqual(["flags", "identify", "flags"]);
    expect(client.isEnabled("beta", true)).toBe(false);
  });

  it("a refresh() that is called while storage is read asks all the same", async () => {
    const { start, sent } = await shared();
    const client = start();
    const initialized = client.init(ANN);
    await client.refresh();
    await initialized;
    expect([client.isEnabled("beta", true), sent()]).toEqual([false, ["identify", "flags"]]);
  });

  it("the user who takes over while the server is being told of another one gets flags", async () => {
    const { server, start } = await shared();
    const client = start();
    const gate = createGate();
    server.answerOnce("identify", { gate });
    const initialized = client.init({ id: "bob" });
    await server.request("identify", 2);
    const identified = client.identify(ANN);
    gate.open();
    await Promise.all([initialized, identified]);
    await client.flush();
    expect([client.user?.id, client.getState().refresh]).toEqual(["ann", "idle.resting"]);
  });

  it("bootstrapped flags are asked for, as ever", async () => {
    const { start, sent } = await shared();
    const client = start({ bootstrap: { flags: { beta: true } } });
    await client.init(ANN);
    await client.flush();
    expect(sent()).toEqual(["identify", "flags"]);
  });

  it("a stream is opened, and followed by a fetch, as ever", async () => {
    const { server, start } = await shared();
    const client = start({ enableStreaming: true });
    await client.init(ANN);
    await server.stream(1);
    await server.request("flags", 2);
  });

  it("polling goes on", async () => {
    const { clock, server, start, sent } = await shared();
    const client = start({ refreshIntervalMs: 30_000, random: () => 0.5 });
    await client.init(ANN);
    expect(sent()).toEqual([]);
    clock.advance(30_000);
    await server.request("flags", 2);
  });
});

describe("refresh({ ifOlderThanMs })", () => {
  it("asks only when the flags in hand are that old", async () => {
    const { clock, start, sent } = await shared();
    const client = start();
    await client.init(ANN);
    clock.advance(MINUTE_MS - 1);
    await client.refresh({ ifOlderThanMs: MINUTE_MS });
    expect(sent()).toEqual([]);
    clock.advance(1);
    await client.refresh({ ifOlderThanMs: MINUTE_MS });
    expect(sent()).toEqual(["identify", "flags"]);
    await client.refresh({ ifOlderThanMs: MINUTE_MS });
    await client.refresh({ ifOlderThanMs: 0 });
    await client.refresh({});
    expect(sent()).toEqual(["identify", "flags", "flags", "flags"]);
  });

  it("knows their age after a freeze before any timer has run", async () => {
    const { clock, start, sent } = await shared();
    const client = start();
    await client.init(ANN);
    clock.jump(MINUTE_MS);
    await client.refresh({ ifOlderThanMs: MINUTE_MS });
    expect(sent()).toEqual(["identify", "flags"]);
  });

  it("asks when there are none", async () => {
    const server = await startRollgateServer({ beta: true });
    server.answerOnce("flags", { status: 404 });
    const client = createClient(server);
    await client.init().catch(() => {});
    await client.refresh({ ifOlderThanMs: MINUTE_MS });
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("trusts an open stream whatever the age", async () => {
    const clock = createVirtualClock();
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server, { clock, enableStreaming: true });
    await client.init();
    (await server.stream(1)).event("init", { flags: { beta: true } });
    await untilState(client, ({ freshness }) => freshness === "live");
    await client.flush();
    expect(server.count("flags")).toBe(2);
    clock.advance(MINUTE_MS);
    await client.refresh({ ifOlderThanMs: 1_000 });
    expect(server.count("flags")).toBe(2);
    await client.refresh();
    expect(server.count("flags")).toBe(3);
  });
});
