import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { InvalidResponseError, type RollgateConfig, TimeoutError } from "../../../src";
import { API_KEY, createClient } from "../../support/client";
import { nextEvent, recordEvents, untilState } from "../../support/events";
import {
  type Answer,
  createGate,
  type RollgateServer,
  startRollgateServer,
} from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { everythingIn, rejection } from "../http/support";

const LIMIT = 10_000;
const BIG = JSON.stringify({ flags: { beta: false }, padding: "x".repeat(LIMIT) });
const JSON_TYPE = { "Content-Type": "application/json" };

/** A client that holds `beta: true` and whose breaker does not interfere. */
async function readyClient(config: Partial<RollgateConfig> = {}) {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    maxResponseBytes: LIMIT,
    circuitBreaker: { failureThreshold: 1_000 },
    ...config,
  });
  await client.init();
  return { server, client };
}

const BROKEN: readonly (readonly [string, Answer])[] = [
  ["invalid JSON", { body: '{"flags":{' }],
  ["an empty body", { body: "" }],
  ["a body without flags", { body: {} }],
  ["flags that are a list", { body: { flags: [true] } }],
  ["flags that are null", { body: { flags: null } }],
  ["flags that are text", { body: { flags: "beta" } }],
  ["a list", { body: [] }],
  ["null", { body: "null" }],
  ["a number", { body: "7" }],
  [
    "HTML with status 200",
    { headers: { "Content-Type": "text/html" }, body: "<!doctype html><p>Hi" },
  ],
  ["status 204", { status: 204 }],
  ["status 201 with HTML", { status: 201, body: "<p>" }],
  ["a 304 that was not asked for", { status: 304 }],
  ["bytes that are no text", { body: new Uint8Array([0xff, 0xfe, 0x00, 0x80]) }],
  ["a body over maxResponseBytes", { body: BIG }],
  [
    "a body over maxResponseBytes after decompression",
    { headers: { ...JSON_TYPE, "Content-Encoding": "gzip" }, body: gzipSync(BIG) },
  ],
];

it.each(BROKEN)(
  "takes %s for an InvalidResponseError, flags in hand untouched",
  async (_, answer) => {
    const { server, client } = await readyClient();
    const log = recordEvents(client, "flag_changed", "flags_updated");
    server.answerOnce("flags", answer);
    const error = await rejection(client.refresh());
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error).toMatchObject({ category: "response", retryable: true });
    expect(client.getAllFlags()).toEqual({ beta: true });
    expect(client.isEnabledDetail("beta").source).toBe("network");
    expect(log.entries).toEqual([]);
  },
);

it("says which limit a body passed", async () => {
  const { server, client } = await readyClient();
  server.answerOnce("flags", { body: BIG });
  expect(await rejection(client.refresh())).toMatchObject({
    code: "RESPONSE_TOO_LARGE",
    message: `The answer is larger than ${LIMIT} bytes.`,
  });
});

it("stops reading an endless body at maxResponseBytes and drops the connection", async () => {
  const { server, client } = await readyClient();
  server.answerOnce("flags", {
    delivery: "endless",
  });
  const failed = rejection(client.refresh());
  const request = await server.request("flags", 2);
  expect(await failed).toBeInstanceOf(InvalidResponseError);
  expect(await request.ended).toBe("aborted");
});

it("takes an answer that stalls in its body for a TimeoutError", async () => {
  const clock = createVirtualClock();
  const { server, client } = await readyClient({ clock });
  server.answerOnce("flags", {
    delivery: "stall",
  });
  const failed = rejection(client.refresh());
  await server.request("flags", 2);
  clock.advance(5_000);
  expect(await failed).toBeInstanceOf(TimeoutError);
  expect(client.getAllFlags()).toEqual({ beta: true });
});

it("spoils only the flag whose value is wrong", async () => {
  const { server, client } = await readyClient();
  server.answer("flags", { flags: { beta: "yes", gamma: true } });
  await client.refresh();
  expect(client.isEnabled("gamma")).toBe(true);
  expect(client.isEnabledDetail("beta", true)).toMatchObject({
    value: true,
    source: "default",
    reason: { kind: "ERROR", errorKind: "MALFORMED_FLAG" },
  });
});

it("takes __proto__, constructor and toString for keys like any other", async () => {
  const { server, client } = await readyClient();
  server.answerOnce("flags", {
    body: '{"flags":{"__proto__":true,"constructor":true,"toString":false,"beta":true}}',
  });
  await client.refresh();
  expect(client.isEnabled("__proto__")).toBe(true);
  expect(client.isEnabled("constructor")).toBe(true);
  expect(client.isEnabledDetail("toString", true)).toMatchObject({ value: false });
  expect(client.isEnabledDetail("hasOwnProperty", true).reason).toEqual({ kind: "UNKNOWN" });
  expect(Object.keys(client.getAllFlags()).sort()).toEqual([
    "__proto__",
    "beta",
    "constructor",
    "toString",
  ]);
  expect({}).not.toHaveProperty("beta");
});

describe("streams", () => {
  async function openStream(server: RollgateServer, client: ReturnType<typeof createClient>) {
    await client.init();
    const stream = await server.stream(1);
    await untilState(client, ({ connection }) => connection === "streaming.open");
    return stream;
  }
  const streaming = {
    enableStreaming: true,
    maxResponseBytes: LIMIT,
    stream: { reconnectBaseDelayMs: 1, reconnectMaxDelayMs: 5 },
  };

  it.each([
    ["is endless", `data: ${"x".repeat(LIMIT)}`],
    ["has ended", `data: ${"é".repeat(LIMIT / 2 + 1)}\n\n`],
  ])("gives up a stream whose event passes maxResponseBytes and %s", async (_, text) => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server, streaming);
    const stream = await openStream(server, client);
    const failed = nextEvent(client, "error");
    stream.send(text);
    expect(await failed).toBeInstanceOf(InvalidResponseError);
    await stream.closed;
    await server.stream(2);
    expect(client.isEnabled("beta")).toBe(true);
  });

  it.each([
    ["invalid JSON", "event: init\ndata: {\n\n"],
    ["the wrong shape", 'event: init\ndata: {"flags":[]}\n\n'],
    ["a flag that is no boolean", 'data: {"flags":{"beta":"no"}}\n\n'],
    ["null", "event: init\ndata: null\n\n"],
    ["an unknown event", 'event: rm-rf\ndata: {"flags":{"beta":false}}\n\n'],
  ])("lets a stream message with %s leave the flags as they are", async (_, message) => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server, streaming);
    const stream = await openStream(server, client);
    const log = recordEvents(client, "flag_changed");
    stream.send(message);
    // A later message proves that the first was read.
    server.flags = { beta: true, gamma: true };
    const changed = nextEvent(client, "flag_changed");
    stream.event("flag-changed", { key: "gamma", enabled: true });
    await changed;
    expect(log.of("flag_changed").map(({ key }) => key)).toEqual(["gamma"]);
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("takes a stream with a wrong content type for a failure", async () => {
    const server = await startRollgateServer({ beta: true });
    server.answerOnce("stream", { body: "<html>", headers: { "Content-Type": "text/html" } });
    const client = createClient(server, streaming);
    const failed = nextEvent(client, "error");
    await client.init();
    expect(await failed).toBeInstanceOf(InvalidResponseError);
    await server.stream(1);
  });
});

describe("redirects", () => {
  it.each([301, 302, 303, 307, 308])(
    "does not follow a %d: the key goes nowhere else",
    async (status) => {
      const elsewhere = await startRollgateServer({ beta: false });
      // No retry of the events may be under way when the server is mended.
      const retry = { maxRetries: 0, baseDelayMs: 60_000, maxDelayMs: 60_000 };
      const { server, client } = await readyClient({ retry });
      for (const route of ["flags", "identify", "events", "telemetry"] as const) {
        server.answer(route, {
          status,
          headers: { Location: `${elsewhere.url}/api/v1/sdk/flags` },
        });
      }
      const error = await rejection(client.refresh());
      expect(error).toBeInstanceOf(InvalidResponseError);
      expect(error).toMatchObject({
        code: "REDIRECTED",
        message: `The server redirects to ${elsewhere.url}, which is not followed: set baseUrl to the final address.`,
      });
      client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
      expect(await rejection(client.flushEvents())).toMatchObject({ code: "REDIRECTED" });
      await client.identify({ id: "ann" }).catch(() => {});
      expect(elsewhere.requests()).toEqual([]);
      expect(client.isEnabled("beta", true)).toBe(true);
      server.restore();
      await client.flushEvents();
    },
  );

  it.each([
    ["the platform's own way", {}],
    ["the app's fetch", { fetch: globalThis.fetch }],
  ])("does not follow a redirect of the stream, opened by %s", async (_, config) => {
    const elsewhere = await startRollgateServer();
    const server = await startRollgateServer({ beta: true });
    server.answerOnce("stream", { status: 302, headers: { Location: `${elsewhere.url}/s` } });
    const client = createClient(server, {
      ...config,
      enableStreaming: true,
      stream: { reconnectBaseDelayMs: 1, reconnectMaxDelayMs: 1 },
    });
    const failed = nextEvent(client, "error");
    await client.init();
    expect(await failed).toMatchObject({ code: "REDIRECTED" });
    await server.stream(1);
    expect(elsewhere.requests()).toEqual([]);
  });
});

describe("what the server says", () => {
  const encoded = Buffer.from(API_KEY).toString("base64");

  it.each([
    ["as it is", API_KEY],
    ["URL-encoded", encodeURIComponent(API_KEY)],
    ["as base64", encoded],
    ["as basic credentials", Buffer.from(`user:${API_KEY}`).toString("base64")],
  ])("redacts a key that is echoed %s", async (_, echo) => {
    const { server, client } = await readyClient();
    for (const answer of [
      { status: 500, body: { error: { code: echo, message: `no ${echo} here` } } },
      { status: 400, body: { error: echo, message: echo } },
      { status: 502, body: `proxy says ${echo}` },
      { status: 302, headers: { Location: `http://${echo.replaceAll(/[^\w]/g, "")}.invalid/` } },
      { status: 200, body: `{"flags": ${echo}` },
    ]) {
      server.answerOnce("flags", answer);
      const everything = everythingIn(await rejection(client.refresh()));
      expect(everything).not.toContain(API_KEY);
      expect(everything).not.toContain(encoded.slice(0, -4));
    }
  });

  it("shortens what the server says and keeps it on one line", async () => {
    const { server, client } = await readyClient();
    server.answerOnce("flags", {
      status: 500,
      body: { message: `a\n\u001b[31mb ${"x".repeat(9_000)}` },
    });
    const { message } = await rejection(client.refresh());
    expect(message).toMatch(/^a \[31mb x+…$/);
    expect(message.length).toBeLessThanOrEqual(200);
  });

  it("quotes no HTML", async () => {
    const { server, client } = await readyClient();
    server.answerOnce("flags", { status: 502, body: "<html><h1>Bad Gateway</h1>" });
    expect((await rejection(client.refresh())).message).toBe("The server failed (status 502).");
  });
});

it("survives an answer that comes when nobody waits for it any more", async () => {
  const { server, client } = await readyClient();
  const gate = createGate();
  server.answerOnce("flags", { gate, flags: { beta: false } });
  const old = client.refresh();
  await server.request("flags", 2);
  await client.identify({ id: "bob" });
  gate.open();
  await old;
  expect(client.isEnabled("beta")).toBe(true);
});
