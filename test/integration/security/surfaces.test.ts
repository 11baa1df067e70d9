import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { format, inspect } from "node:util";
import { expect, it, vi } from "vitest";
import { ConfigurationError, RollgateClient, type RollgateError } from "../../../src";
import { createInspector } from "../../../src/inspect";
import { createPlainClient } from "../../support/client";
import { recordEvents, untilState } from "../../support/events";
import { type Answer, startRollgateServer } from "../../support/rollgate-server";
import { temporaryDirectory } from "../storage/support";

const KEY = "sb_server_CANARY/key+4711=";
const base64 = Buffer.from(KEY).toString("base64");
const FORMS = [KEY, encodeURIComponent(KEY), base64, base64.slice(0, -4), "CANARY"];
const ANN = { id: "ann-id", email: "ann@mail.test", attributes: { plan: "ann-plan" } };
const ECHOES: readonly Answer[] = [
  { status: 400, body: { error: { code: KEY, message: KEY, category: KEY } } },
  { status: 401, body: { error: KEY, message: `Bearer ${KEY}` } },
  { status: 407, headers: { "Proxy-Authenticate": KEY, "X-Echo": KEY }, body: `<h1>${KEY}` },
  { status: 429, headers: { "Retry-After": KEY }, body: base64 },
  { status: 502, body: { message: encodeURIComponent(KEY), details: KEY, field: KEY } },
  { status: 307, headers: { Location: `http://${encodeURIComponent(KEY)}@127.0.0.1:1/?k=${KEY}` } },
  { headers: { ETag: KEY, "Content-Type": KEY }, body: `{"flags":{"${KEY}` },
  { delivery: "reset" },
];

/** Every way in which something shows an object. */
function showings(value: unknown): string[] {
  const all = { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true } as const;
  const json = JSON.stringify(value) ?? "";
  const ways = [
    inspect(value),
    inspect(value, all),
    format("%s %o %O %j", value, value, value, json),
  ];
  if (!(value instanceof Error)) return [...ways, json];
  const { stack = "", cause } = value;
  return [...ways, json, String(value), stack, ...(cause === undefined ? [] : showings(cause))];
}

const leaksIn = (texts: readonly string[]) =>
  FORMS.filter((form) => texts.some((text) => text.includes(form)));

it("whatever shows an error, a client or its parts shows no key, though proxies echo it", async () => {
  const server = await startRollgateServer({ beta: true });
  const lines: string[] = [];
  for (const method of ["debug", "log", "info", "warn", "error"] as const)
    vi.spyOn(console, method).mockImplementation((...line) => void lines.push(format(...line)));
  // As an app gets it: the key is logged by nobody at the loudest level of the console's own logger.
  const client = createPlainClient(server, {
    apiKey: KEY,
    logLevel: "debug",
    enableStreaming: true,
    circuitBreaker: { failureThreshold: 1_000, recoveryTimeoutMs: 20 },
    retry: { maxRetries: 0 },
    stream: { reconnectBaseDelayMs: 2, reconnectMaxDelayMs: 4 },
    inspect: createInspector({ url: "ws://127.0.0.1:1" }),
  });
  const log = recordEvents(client);
  const thrown: unknown[] = [];
  await client.init(ANN);
  await untilState(client, ({ connection }) => connection === "streaming.open");
  for (const answer of ECHOES) {
    for (const route of ["flags", "identify", "stream", "events", "telemetry"] as const)
      server.answerOnce(route, answer);
    client.isEnabled("beta");
    client.track({ flagKey: "beta", eventName: "seen" });
    const calls = [client.refresh(), client.flushEvents(), client.flushTelemetry(), client.reset()];
    for (const call of await Promise.allSettled([...calls, client.identify(ANN)]))
      if (call.status === "rejected") thrown.push(call.reason);
  }
  const errors: readonly RollgateError[] = log.of("error");
  await client.close();
  vi.restoreAllMocks();

  expect(thrown.length).toBeGreaterThan(10);
  expect(lines.length).toBeGreaterThan(10);
  const shown = [
    ...[...thrown, ...errors, client.getTransitions(), client.exportDiagnostics()],
    ...[client.getState(), client.getAllFlags(), client.getEventStats(), client.getCircuitStats()],
  ].flatMap(showings);
  expect(leaksIn([...lines, ...shown])).toEqual([]);
  // What somebody logs by mistake: the client itself.
  expect(
    leaksIn([inspect(client), inspect(client, { depth: 9, showHidden: true }), format(client)]),
  ).toEqual([]);
  expect(leaksIn([JSON.stringify(client), String(client)])).toEqual([]);
});

it("of a request, only its authorization holds the key; no header, address or body else", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createPlainClient(server, { apiKey: KEY, enableStreaming: true });
  await client.init(ANN);
  await server.stream(1);
  client.isEnabled("beta");
  client.track({ flagKey: "beta", eventName: "seen" });
  await Promise.all([client.refresh(), client.flushEvents(), client.flushTelemetry()]);
  await client.close();
  const routes = new Set(server.requests().map(({ route }) => route));
  expect(routes).toEqual(new Set(["identify", "flags", "stream", "events", "telemetry"]));
  for (const { url, headers, body } of server.requests()) {
    const { authorization, ...others } = headers;
    expect(authorization).toBe(`Bearer ${KEY}`);
    expect(leaksIn([url, body, JSON.stringify(others)])).toEqual([]);
  }
});

it("what is kept holds no key; of people, only what unsent events say", async () => {
  const path = join(await temporaryDirectory(), "flags.json");
  const server = await startRollgateServer({ beta: true });
  const client = createPlainClient(server, {
    apiKey: KEY,
    cache: { persistPath: path },
    tracking: { persist: true },
  });
  await client.init(ANN);
  client.setOffline(true);
  client.track({ flagKey: "beta", eventName: "bought", metadata: { order: "order-7" } });
  await client.close();
  const names = await readdir(dirname(path));
  const texts = await Promise.all(names.map((name) => readFile(join(dirname(path), name), "utf8")));
  const [cache = "", outbox = ""] = names.sort().map((name) => texts[names.indexOf(name)] ?? "");
  expect(names).toEqual([
    "flags.json",
    expect.stringMatching(/^flags\.json\.outbox-0-[0-9a-f]{32}-/),
  ]);
  expect(leaksIn([...names, ...texts])).toEqual([]);
  for (const personal of [ANN.id, ANN.email, "ann-plan", "plan", "order-7", server.url])
    expect([...names, cache].join()).not.toContain(personal);
  expect(JSON.parse(outbox).events).toMatchObject([
    { eventName: "bought", userId: ANN.id, metadata: { order: "order-7" } },
  ]);
  for (const personal of [ANN.email, "ann-plan", server.url])
    expect(outbox).not.toContain(personal);
});

it.each(["\r\nX-Evil: 1", "\n", "\u0000", "\u{1f511}", "\ud800", " "])(
  "a key that ends in %j is refused without being repeated",
  (end) => {
    const make = () => new RollgateClient({ apiKey: KEY + end });
    expect(make).toThrow(ConfigurationError);
    try {
      make();
    } catch (error) {
      expect(leaksIn(showings(error))).toEqual([]);
    }
  },
);
