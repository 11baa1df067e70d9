import { describe, expect, it } from "vitest";
import type { FetchLike, RollgateClient } from "../../../src";
import { createClient } from "../../support/client";
import { recordEvents, until, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { brokenClient, probe, readyClient } from "../failing/support";
import { createMapStorage, persist } from "./support";

describe("what comes too late", () => {
  it("is the end of a POST that reset overtook: it is waited for, not aborted", async () => {
    const server = await startRollgateServer();
    const client = createClient(server);
    await client.init();
    const gate = createGate();
    server.answerOnce("identify", { gate });
    const calls = [client.identify({ id: "u1" })];
    const post = await server.request("identify", 1);
    calls.push(client.reset());
    await untilState(client, ({ refresh }) => refresh === "identifying.overtakenReady");
    expect(server.count("flags")).toBe(1);
    gate.open();
    await Promise.all(calls);
    expect(await post.ended).toBe("answered");
    expect((await server.request("flags", 2)).query.has("user_id")).toBe(false);
  });

  it("is the end of a POST that two users overtook: only then the newer one's goes", async () => {
    const server = await startRollgateServer();
    const client = createClient(server);
    await client.init();
    const gate = createGate();
    server.answerOnce("identify", { gate });
    const calls = [client.identify({ id: "u1" })];
    const post = await server.request("identify", 1);
    calls.push(client.identify({ id: "u2" }));
    await untilState(client, ({ refresh }) => refresh === "identifying.overtakenReady");
    calls.push(client.identify({ id: "u3" }));
    await untilState(client, ({ refresh }) => refresh === "identifying.overtaken");
    await untilState(client, ({ refresh }) => refresh === "identifying.overtakenReady");
    expect(server.count("identify")).toBe(1);
    gate.open();
    await Promise.all(calls);
    expect(await post.ended).toBe("answered");
    expect(server.requests("identify").map((request) => request.json())).toEqual([
      { user: { id: "u1" } },
      { user: { id: "u3" } },
    ]);
  });

  it("is a remembered set of a user who is no longer the one: it is dropped", async () => {
    const clock = createVirtualClock();
    const storage = createMapStorage();
    const server = await startRollgateServer({ leaked: true });
    await persist(server, { clock, cache: { storage } }, { id: "u1" });
    server.flags = { beta: true };
    const gate = createGate();
    let asked = 0;
    const slow = {
      ...storage,
      get: async (key: string) => {
        if (!key.includes(":flags:")) return storage.get(key);
        asked++;
        await gate.opened;
        return storage.get(key);
      },
    };
    const client = createClient(server, { clock, cache: { storage: slow } });
    const events = recordEvents(client, "flag_changed");
    const initialized = client.init({ id: "u1" });
    await until(() => asked > 0);
    const identified = client.identify({ id: "u2" });
    gate.open();
    await Promise.all([initialized, identified]);
    expect(events.of("flag_changed")).toEqual([{ key: "beta", value: true, previous: undefined }]);
    expect({ ...client.getAllFlags() }).toEqual({ beta: true });
  });

  it("is a remembered set that comes when the next user's flags are in force: it is dropped", async () => {
    const clock = createVirtualClock();
    const storage = createMapStorage();
    const server = await startRollgateServer({ leaked: true });
    await persist(server, { clock, cache: { storage } }, { id: "u1" });
    const known = new Set(storage.entries.keys());
    server.flags = { beta: true };
    const [asked, late, answered] = [createGate(), createGate(), createGate()];
    const slow = {
      ...storage,
      get: async (key: string) => {
        if (!key.includes(":flags:") || !known.has(key)) return storage.get(key);
        asked.open();
        await late.opened;
        answered.open();
        return storage.get(key);
      },
    };
    const client = createClient(server, { clock, cache: { storage: slow } });
    await client.init();
    const events = recordEvents(client, "flag_changed", "error");
    const overtaken = client.identify({ id: "u1" });
    await asked.opened;
    await Promise.all([overtaken, client.identify({ id: "u2" })]);
    late.open();
    await answered.opened;
    await client.refresh();
    expect({ ...client.getAllFlags() }).toEqual({ beta: true });
    expect(client.isEnabledDetail("beta").source).toBe("network");
    expect(events.entries).toEqual([]);
  });

  it("is an answer that a fetch of the app brings though it was aborted: it is dropped", async () => {
    const server = await startRollgateServer();
    const late = createLateFetch("/flags?withReasons=true&user_id=u1");
    const client = createClient(server, { fetch: late.fetch });
    server.answerOnce("flags", {}, { flags: { leaked: true }, etag: '"of u1"' });
    await client.init();
    const events = recordEvents(client, "flag_changed", "error");
    const overtaken = client.identify({ id: "u1" });
    await late.answered;
    server.flags = { beta: true };
    await Promise.all([overtaken, client.identify({ id: "u2" })]);
    await late.deliver();
    await client.refresh();
    expect({ ...client.getAllFlags() }).toEqual({ beta: true });
    expect(events.entries).toEqual([
      ["flag_changed", { key: "beta", value: true, previous: undefined }],
    ]);
    // Nor does its ETag name the flags in hand.
    const sent = server.requests("flags").map(({ headers }) => headers["if-none-match"]);
    expect(sent).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("is such an answer to a request with the same user's old attributes", async () => {
    const server = await startRollgateServer();
    const late = createLateFetch("/flags?withReasons=true&user_id=u1");
    const client = createClient(server, { fetch: late.fetch });
    server.answerOnce("flags", {}, { flags: { leaked: true }, etag: '"of free"' });
    await client.init();
    const overtaken = client.identify({ id: "u1", attributes: { plan: "free" } });
    await late.answered;
    server.flags = { beta: true };
    const identified = client.identify({ id: "u1", attributes: { plan: "pro" } });
    await Promise.all([overtaken, identified]);
    await late.deliver();
    await client.refresh();
    expect({ ...client.getAllFlags() }).toEqual({ beta: true });
    expect((await server.request("flags", 4)).headers["if-none-match"]).toBeUndefined();
  });

  it("is the answer whose own news brought the next user: it settles nothing", async () => {
    const { server, client, clock } = await brokenClient({
      circuitBreaker: { failureThreshold: 2, recoveryTimeoutMs: 60_000, successThreshold: 1 },
    });
    const first = await probe(server, clock, { flags: { leaked: true } });
    const identified = identifyOn(client, "circuit_closed");
    const events = recordEvents(client, "flag_changed");
    first.answer();
    await identified;
    expect({ ...client.getAllFlags() }).toEqual({ beta: true });
    expect(events.of("flag_changed")).toEqual([]);
    expect(server.requests("flags").at(-1)?.query.get("user_id")).toBe("u2");
  });

  it("is the failure whose own news brought the next user: it rejects nothing", async () => {
    const { server, client } = await readyClient({
      circuitBreaker: { failureThreshold: 1, recoveryTimeoutMs: 60_000 },
    });
    const identified = identifyOn(client, "circuit_open");
    server.answerOnce("flags", { status: 500 });
    const overtaken = client.identify({ id: "u1" });
    await Promise.all([identified, overtaken]);
    expect({ ...client.getAllFlags() }).toEqual({ beta: true });
  });

  it("is such a failure of a refresh: that settles with the next user's flags", async () => {
    const { server, client } = await readyClient({
      circuitBreaker: { failureThreshold: 1, recoveryTimeoutMs: 60_000 },
    });
    const identified = identifyOn(client, "circuit_open");
    server.answerOnce("flags", { status: 500 });
    await Promise.all([client.refresh(), identified]);
    expect({ ...client.getAllFlags() }).toEqual({ beta: true });
    expect(server.requests("flags").map(({ query }) => query.get("user_id"))).toEqual([
      null,
      null,
      "u2",
    ]);
  });

  it("is a stream that opens for a user who is gone: it is closed, and what it sends is dropped", async () => {
    const server = await startRollgateServer({ beta: true });
    const late = createLateFetch("/stream?user_id=u1");
    const client = createClient(server, { enableStreaming: true, fetch: late.fetch });
    await client.init({ id: "u1" });
    const stream = await server.stream(1);
    stream.event("init", { flags: { leaked: true } });
    await late.answered;
    await client.identify({ id: "u2" });
    await untilState(client, ({ connection }) => connection === "streaming.open");
    const events = recordEvents(client, "flag_changed", "error");
    await late.deliver();
    await stream.closed;
    await client.refresh();
    expect({ ...client.getAllFlags() }).toEqual({ beta: true });
    expect(events.entries).toEqual([]);
  });

  it("is a set of a stream that began before rules took another user in: it is only a sign to fetch", async () => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server, {
      enableStreaming: true,
      bootstrap: { rules: { version: "v1", flags: {} } },
    });
    // The rules decide until the stream is open: flags would overrule them.
    const gate = createGate();
    server.answerOnce("flags", { gate });
    await client.init({ id: "u1" });
    const stream = await server.stream(1);
    await untilState(client, ({ connection }) => connection === "streaming.open");
    await client.identify({ id: "u2" });
    gate.open();
    await client.refresh();
    expect(client.getState()).toMatchObject({
      evaluation: "overruled",
      connection: "streaming.open",
    });
    const events = recordEvents(client, "flag_changed");
    const nth = server.count("flags") + 1;
    stream.event("init", { flags: { leaked: true } });
    await server.request("flags", nth);
    expect({ ...client.getAllFlags() }).toEqual({ beta: true });
    await client.refresh();
    expect(events.entries).toEqual([]);
    expect(server.count("stream")).toBe(1);
  });
});

/** Another user comes while an attempt of the former one is being told of; nothing may refuse the new one's. */
function identifyOn(client: RollgateClient, event: "circuit_open" | "circuit_closed") {
  return new Promise<void>((resolve, reject) => {
    client.once(event, () => {
      client.resetCircuit();
      client.identify({ id: "u2" }).then(resolve, reject);
    });
  });
}

/** An app's own fetch that knows no signal, and keeps the first answer to such a request back until told. */
function createLateFetch(end: string) {
  const [answered, told, delivered] = [createGate(), createGate(), createGate()];
  let done = false;
  const lateFetch: FetchLike = async (input, { signal: _, ...init } = {}) => {
    const response = await fetch(input, init);
    if (done || !String(input).endsWith(end)) return response;
    done = true;
    answered.open();
    await told.opened;
    delivered.open();
    return response;
  };
  return {
    fetch: lateFetch,
    answered: answered.opened,
    deliver(): Promise<void> {
      told.open();
      return delivered.opened;
    },
  };
}
