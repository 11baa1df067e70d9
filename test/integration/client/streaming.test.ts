import { describe, expect, it } from "vitest";
import { AuthenticationError, InvalidResponseError } from "../../../src";
import { API_KEY, createClient } from "../../support/client";
import { nextEvent, recordEvents, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import {
  BASE_MS,
  backingOff,
  cooling,
  failedWaits,
  GREETING_MS,
  INTERVAL_MS,
  MAX_MS,
  open,
  received,
  reconnect,
  SPACING_MS,
  start,
  streaming,
} from "./streams";

describe("while the stream is open", () => {
  it("there is no polling", async () => {
    const { server, clock, client, fetched } = await streaming();
    expect(client.getState().nextPollAt).toBeUndefined();
    clock.advance(4 * INTERVAL_MS);
    expect(client.getState().refresh).toBe("idle.resting");
    expect(server.count("flags")).toBe(fetched);
  });

  it.each(["flag-changed", "flag-update"])("a `%s` makes it fetch", async (name) => {
    const { server, client, stream } = await streaming();
    server.flags = { beta: true };
    const changed = nextEvent(client, "flag_changed");
    stream.event(name, { key: "beta", enabled: true });
    expect(await changed).toEqual({ key: "beta", value: true, previous: false });
    expect(client.isEnabledDetail("beta").source).toBe("network");
  });

  it("`enabled` of a change is not this user's value", async () => {
    const { server, client, stream, fetched } = await streaming();
    stream.event("flag-changed", { key: "beta", enabled: true });
    await server.request("flags", fetched + 1);
    await untilState(client, ({ refresh }) => refresh === "idle.cooling");
    expect(client.isEnabled("beta")).toBe(false);
  });

  it("events that nobody knows are ignored", async () => {
    const { server, clock, client, stream, fetched } = await streaming();
    await received(clock, () => {
      stream.event("fancy", { key: "beta" });
      stream.send("data: hello\n\n: a comment\n\n");
    });
    expect(client.getState()).toMatchObject({ connection: "streaming.open" });
    expect(server.count("flags")).toBe(fetched);
  });

  it("flags do not grow stale: silence means that nothing changed", async () => {
    const { clock, client } = await streaming({ cache: { ttlMs: 60_000 } });
    clock.advance(200_000);
    expect(client.isEnabledDetail("beta").stale).toBe(false);
  });

  it("close ends it", async () => {
    const { client, stream } = await streaming();
    await client.close();
    await stream.closed;
  });
});

describe("the stream's request", () => {
  it("carries the key in the header and nowhere in the URL, and the user's id", async () => {
    const { server } = await streaming({ user: { id: "ünï-💥 1&2" } });
    const { url, query, headers } = await server.request("stream", 1);
    expect(headers["authorization"]).toBe(`Bearer ${API_KEY}`);
    expect(headers["accept"]).toBe("text/event-stream");
    expect(headers["x-sdk-name"]).toBe("rollgate-typescript");
    expect(query.get("user_id")).toBe("ünï-💥 1&2");
    expect(query.has("token")).toBe(false);
    expect(url).not.toContain(API_KEY);
  });

  it("is repeated with ?token= on a 401, and what worked is remembered", async () => {
    const { server, clock, client } = await start({ stream1: { status: 401 } });
    await untilState(client, open);
    const second = await server.request("stream", 2);
    expect(second.query.get("token")).toBe(API_KEY);
    expect(second.headers["authorization"]).toBeUndefined();
    (await server.stream(1)).end();
    await reconnect(server, clock, client);
    const third = await server.request("stream", 3);
    expect(third.query.get("token")).toBe(API_KEY);
    await untilState(client, open);
    expect(server.count("stream")).toBe(3);
  });

  it("is refused for good when both ways are: `connection` shows `unauthorized`", async () => {
    const server = await startRollgateServer();
    server.answer("stream", { status: 401 });
    const client = createClient(server, { enableStreaming: true });
    const refused = nextEvent(client, "error");
    await client.init();
    expect(await refused).toBeInstanceOf(AuthenticationError);
    await untilState(client, ({ connection }) => connection.startsWith("unauthorized"));
    expect(server.count("stream")).toBe(2);
  });

  it("goes to streamUrl when that is set", async () => {
    const other = await startRollgateServer();
    const { server } = await start({ streamUrl: `${other.url}/` });
    await other.stream(1);
    expect(server.count("stream")).toBe(0);
  });

  it("waits until the server was told who the user is", async () => {
    const server = await startRollgateServer();
    const gate = createGate();
    server.answerOnce("identify", { gate });
    const client = createClient(server, { enableStreaming: true });
    const initialized = client.init({ id: "u1" });
    await server.request("identify", 1);
    expect(server.count("stream")).toBe(0);
    gate.open();
    await initialized;
    await server.stream(1);
  });
});

describe("while the stream is down", () => {
  it("polling takes over at refreshIntervalMs", async () => {
    const { server, clock, client } = await start({
      stream1: { status: 503 },
      stream: { reconnectBaseDelayMs: 600_000, reconnectMaxDelayMs: 600_000 },
    });
    await untilState(client, backingOff);
    expect(client.getState().nextPollAt).toBe(clock.now() + INTERVAL_MS);
    clock.advance(INTERVAL_MS);
    await server.request("flags", 2);
  });

  it("polling takes over at 30 s when refreshIntervalMs is 0", async () => {
    const { server, clock, client } = await start({
      refreshIntervalMs: 0,
      stream1: { status: 503 },
      stream: { reconnectBaseDelayMs: 600_000, reconnectMaxDelayMs: 600_000 },
    });
    await untilState(client, backingOff);
    clock.advance(29_999);
    expect(client.getState().refresh).toMatch(/^idle/);
    clock.advance(1);
    await server.request("flags", 2);
  });

  it("polling ends when it is open again", async () => {
    const { server, clock, client } = await start({ stream1: { status: 503 } });
    await reconnect(server, clock, client);
    await untilState(client, open);
    expect(client.getState().nextPollAt).toBeUndefined();
  });
});

describe("a lost stream", () => {
  it.each([
    ["half the delay", 0, 0.5],
    ["the delay", 0.5, 1],
    ["one and a half of it", 0.999999, 1.5],
  ])("reconnects after %s at chance's will", async (_, dice, factor) => {
    const { clock, client, stream } = await streaming({ random: () => dice });
    stream.end();
    const { nextReconnectAt = 0 } = await untilState(client, backingOff);
    expect(nextReconnectAt - clock.now()).toBe(BASE_MS * factor);
  });

  it("waits twice as long each time, up to the longest delay", async () => {
    const { server, clock, client } = await start({
      stream1: { status: 503 },
      stream: { reconnectMaxDelayMs: 5_000 },
      refreshIntervalMs: 3_600_000,
    });
    const waits = await failedWaits(server, clock, client, 5);
    expect(waits).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  it("starts its backoff over only after it was healthy for a while", async () => {
    const { server, clock, client } = await streaming();
    const waits: number[] = [];
    const lose = async (nth: number) => {
      (await server.stream(nth)).end();
      const { nextReconnectAt = 0 } = await untilState(client, backingOff);
      waits.push(nextReconnectAt - clock.now());
      clock.advance(nextReconnectAt - clock.now());
      await server.stream(nth + 1);
      await untilState(client, open);
    };
    clock.advance(MAX_MS);
    await lose(1);
    // These were open, but not for long.
    await lose(2);
    await lose(3);
    clock.advance(MAX_MS);
    await lose(4);
    expect(waits).toEqual([1_000, 2_000, 4_000, 1_000]);
  });

  it("takes the server's `retry:` for the base of its delay", async () => {
    const { clock, client, stream } = await streaming();
    await received(clock, () => stream.send("retry: 5000\n\n"));
    stream.end();
    const { nextReconnectAt = 0 } = await untilState(client, backingOff);
    expect(nextReconnectAt - clock.now()).toBe(5_000);
  });

  it.each(["retry: 0", "retry: 99", "retry: 99999999999", "retry: soon"])(
    "ignores a senseless `%s`",
    async (line) => {
      const { clock, client, stream } = await streaming();
      await received(clock, () => stream.send(`${line}\n\n`));
      stream.end();
      const { nextReconnectAt = 0 } = await untilState(client, backingOff);
      expect(nextReconnectAt - clock.now()).toBe(BASE_MS);
    },
  );

  it.each(["end", "drop"] as const)(
    "is followed, once it is open again, by one conditional GET (%s)",
    async (how) => {
      const { server, clock, client } = await start();
      server.answer("flags", { flags: { beta: true }, etag: '"1"' });
      const stream = await server.stream(1);
      await untilState(client, open);
      clock.advance(GREETING_MS);
      await untilState(client, ({ refresh }) => refresh === "idle.cooling");
      clock.advance(SPACING_MS);
      server.answer("flags", { status: 304 });
      const before = server.count("flags");
      stream[how]();
      await reconnect(server, clock, client);
      await untilState(client, open);
      clock.advance(GREETING_MS);
      const request = await server.request("flags", before + 1);
      expect(request.headers["if-none-match"]).toBe('"1"');
      await untilState(client, ({ refresh }) => refresh === "idle.cooling");
      clock.advance(SPACING_MS);
      expect(client.getState().refresh).toBe("idle.resting");
      expect(server.count("flags")).toBe(before + 1);
      expect(client.isEnabled("beta")).toBe(true);
    },
  );

  it("keeps serving the flags", async () => {
    const { client, stream } = await streaming();
    stream.drop();
    await untilState(client, backingOff);
    expect(client.isEnabledDetail("beta")).toMatchObject({ source: "network", stale: false });
  });

  it("is given up for a silent one after idleTimeoutMs", async () => {
    const { server, clock, client, stream } = await streaming({
      stream: { idleTimeoutMs: 60_000 },
    });
    await received(clock, () => stream.send(":\n\n"));
    clock.advance(59_999);
    expect(client.getState().connection).toBe("streaming.open");
    // Any byte ends the silence.
    await received(clock, () => stream.send(":\n\n"));
    clock.advance(59_999);
    expect(client.getState().connection).toBe("streaming.open");
    clock.advance(1);
    await stream.closed;
    await reconnect(server, clock, client);
  });
});

describe("an answer that is no stream", () => {
  it("204 ends streaming for good, and polling goes on", async () => {
    const { server, clock, client } = await start({ stream1: { status: 204 } });
    await untilState(client, ({ connection }) => connection === "polling");
    clock.advance(INTERVAL_MS);
    await server.request("flags", 2);
    await client.identify({ id: "u1" });
    clock.advance(INTERVAL_MS);
    await server.request("flags", 4);
    expect(server.count("stream")).toBe(1);
  });

  it("204 ends streaming also without polling", async () => {
    const { server, clock, client } = await start({
      refreshIntervalMs: 0,
      stream1: { status: 204 },
    });
    await untilState(client, ({ connection }) => connection === "manual.resting");
    clock.advance(86_400_000);
    expect(client.getState().connection).toBe("manual.resting");
    expect(server.count("stream")).toBe(1);
  });

  it("of a wrong content type is a failure, and backed off from", async () => {
    const { server, clock, client } = await start({
      stream1: { status: 200, body: "<html>", headers: { "Content-Type": "text/html" } },
    });
    await untilState(client, backingOff);
    expect(client.getState().nextReconnectAt).toBe(clock.now() + BASE_MS);
    await reconnect(server, clock, client);
    await untilState(client, open);
  });

  it("is reported once, not at every reconnect", async () => {
    const server = await startRollgateServer();
    server.answer("stream", { status: 200, body: "<html>" });
    const clock = createVirtualClock();
    const client = createClient(server, { clock, random: () => 0.5, enableStreaming: true });
    const events = recordEvents(client, "error");
    await client.init();
    await untilState(client, backingOff);
    await reconnect(server, clock, client);
    await untilState(client, (state) => !backingOff(state));
    await untilState(client, backingOff);
    expect(events.of("error").map((error) => error.constructor)).toEqual([InvalidResponseError]);
  });

  it("that never comes is given up after timeoutMs", async () => {
    const { server, clock, client } = await start({ stream1: { gate: createGate() } });
    const request = await server.request("stream", 1);
    clock.advance(10_000);
    expect(await request.ended).toBe("aborted");
    await untilState(client, backingOff);
  });
});

describe("the stream's `init`", () => {
  it("is applied at once for a user without attributes, and one GET follows for the reasons", async () => {
    const server = await startRollgateServer();
    server.answer("flags", {
      flags: { same: true, changed: false },
      reasons: {
        same: { kind: "TARGET_MATCH" },
        changed: { kind: "OFF" },
      },
      etag: '"1"',
    });
    const clock = createVirtualClock();
    const client = createClient(server, { clock, enableStreaming: true });
    await client.init({ id: "u1" });
    const stream = await server.stream(1);
    await untilState(client, open);
    const gate = createGate();
    server.answerOnce("flags", { gate, flags: { same: true, changed: true, added: true } });
    const updated = nextEvent(client, "flags_updated");
    await untilState(client, ({ refresh }) => refresh === "idle.cooling");
    stream.event("init", { flags: { same: true, changed: true, added: true } });
    expect({ ...(await updated) }).toEqual({ same: true, changed: true, added: true });
    expect(client.isEnabledDetail("changed")).toMatchObject({
      value: true,
      source: "stream",
      reason: { kind: "FALLTHROUGH", inRollout: true },
    });
    // What did not change keeps its reason.
    expect(client.isEnabledDetail("same").reason).toEqual({ kind: "TARGET_MATCH" });
    clock.advance(SPACING_MS);
    const request = await server.request("flags", 2);
    // Its ETag named flags that are no longer the ones in hand.
    expect(request.headers["if-none-match"]).toBeUndefined();
    gate.open();
    await untilState(client, ({ refresh }) => refresh === "idle.cooling");
    expect(client.isEnabledDetail("added").source).toBe("network");
    clock.advance(GREETING_MS);
    expect(client.getState().refresh).toBe("idle.resting");
    expect(server.count("flags")).toBe(2);
  });

  it("without an event name comes from the oldest servers", async () => {
    const { client, stream } = await streaming();
    const changed = nextEvent(client, "flag_changed");
    stream.send('data: {"flags":{"beta":true}}\n\n');
    expect(await changed).toEqual({ key: "beta", value: true, previous: false });
    expect(client.isEnabledDetail("beta").source).toBe("stream");
  });

  it.each([
    ["attributes", { user: { id: "u1", attributes: { plan: "pro" } } }],
    ["an e-mail", { user: { id: "u1", email: "a@b.c" } }],
  ])("is only a signal to fetch for a user with %s", async (_, given) => {
    const { server, client, stream, fetched } = await streaming(given);
    const events = recordEvents(client, "flag_changed");
    stream.event("init", { flags: { beta: true } });
    await server.request("flags", fetched + 1);
    await untilState(client, ({ refresh }) => refresh === "idle.cooling");
    expect(events.names).toEqual([]);
    expect(client.isEnabled("beta")).toBe(false);
  });

  it("is only a signal to fetch with typed flags", async () => {
    const server = await startRollgateServer({ beta: false });
    const client = createClient(server, { typedFlags: true, enableStreaming: true });
    await client.init();
    const events = recordEvents(client, "flag_changed");
    const stream = await server.stream(1);
    await untilState(client, open);
    stream.event("init", { flags: { beta: true } });
    await server.request("v2", 2);
    await untilState(client, ({ refresh }) => refresh.startsWith("idle"));
    expect(events.names).toEqual([]);
  });
});

describe("fetching is a queue of one", () => {
  it("changes announced during a fetch become one more fetch after it", async () => {
    const { server, clock, client, stream, fetched } = await streaming();
    const gate = createGate();
    server.answerOnce("flags", { gate });
    stream.event("flag-changed", { key: "beta", enabled: true });
    await server.request("flags", fetched + 1);
    await received(clock, () => {
      for (let n = 0; n < 5; n++) stream.event("flag-changed", { key: "beta", enabled: true });
    });
    server.flags = { beta: true };
    const changed = nextEvent(client, "flag_changed");
    gate.open();
    await untilState(client, cooling);
    clock.advance(SPACING_MS);
    expect(await changed).toEqual({ key: "beta", value: true, previous: false });
    await untilState(client, cooling);
    clock.advance(SPACING_MS);
    expect(client.getState().refresh).toBe("idle.resting");
    expect(server.count("flags")).toBe(fetched + 2);
  });

  it("what the stream wishes for starts at most every 100 ms", async () => {
    const { server, clock, client, stream, fetched } = await streaming();
    stream.event("flag-changed", { key: "beta", enabled: true });
    await server.request("flags", fetched + 1);
    await untilState(client, cooling);
    await received(clock, () => stream.event("flag-changed", { key: "beta", enabled: true }));
    clock.advance(SPACING_MS - 1);
    expect(client.getState().refresh).toBe("idle.cooling");
    clock.advance(1);
    await server.request("flags", fetched + 2);
  });

  it("what the app wishes for does not wait for that", async () => {
    const { server, client, stream, fetched } = await streaming();
    stream.event("flag-changed", { key: "beta", enabled: true });
    await server.request("flags", fetched + 1);
    await untilState(client, cooling);
    await client.refresh();
    expect(server.count("flags")).toBe(fetched + 2);
  });

  it("a broadcast change is spread over changeJitterMs", async () => {
    const { server, clock, client, stream, fetched } = await streaming({
      stream: { changeJitterMs: 10_000 },
    });
    stream.event("flag-changed", { key: "beta", enabled: true });
    await clock.timer(5_000);
    await received(clock, () => stream.event("flag-changed", { key: "other", enabled: true }));
    clock.advance(4_999);
    expect(client.getState().refresh).toBe("idle.resting");
    expect(server.count("flags")).toBe(fetched);
    clock.advance(1);
    await server.request("flags", fetched + 1);
    await untilState(client, cooling);
    clock.advance(SPACING_MS);
    expect(client.getState().refresh).toBe("idle.resting");
  });

  it("without changeJitterMs it is fetched at once", async () => {
    const { server, stream, fetched } = await streaming({ random: () => 0.9 });
    stream.event("flag-changed", { key: "beta", enabled: true });
    await server.request("flags", fetched + 1);
  });
});

describe("offline", () => {
  it("closes the stream and reopens it when it is over", async () => {
    const { server, client, stream } = await streaming();
    client.setOffline(true);
    await stream.closed;
    expect(client.getState().connection).toBe("suspended");
    client.setOffline(false);
    await server.stream(2);
    await untilState(client, open);
  });
});
