import { afterEach, beforeEach, expect, it } from "vitest";
import type { FlagStorage, Logger, RollgateClient, RollgateConfig } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, recordEvents, until } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { rejection } from "../http/support";

/** What nobody caught; must stay empty whatever the app's own code does. */
const uncaught: unknown[] = [];
const note = (thrown: unknown) => void uncaught.push(thrown);

beforeEach(() => {
  uncaught.length = 0;
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
});

afterEach(async () => {
  // Node tells of unhandled rejections after the microtasks of a turn.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", note);
  process.off("uncaughtException", note);
  expect(uncaught).toEqual([]);
});

const boom = () => {
  throw new Error("boom");
};
const unprintable = Object.create(null) as object;

async function exercise(client: RollgateClient): Promise<void> {
  await client.refresh().catch(() => {});
  await client.identify({ id: "bob" }).catch(() => {});
  client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
  await client.flushEvents().catch(() => {});
  await client.clearCache();
  client.setOverride("beta", false);
  client.clearOverrides();
}

it("makes a forgotten identify, refresh, reset, init or flush that fails an error event, not a crash", async () => {
  const server = await startRollgateServer();
  for (const route of ["flags", "events", "telemetry"] as const)
    server.answer(route, { status: 404 });
  const client = createClient(server, { telemetry: {} });
  const log = recordEvents(client, "error");
  client.refresh();
  client.flushEvents();
  client.identify(undefined as never);
  client.init();
  await until(() => log.of("error").length >= 4);
  client.identify({ id: "bob" });
  await until(() => log.of("error").length >= 5);
  client.reset();
  await until(() => log.of("error").length >= 6);
  client.init({ id: "" });
  client.close();
  client.refresh();
  client.init();
  await client.close();
});

it("rejects the same calls when they are awaited", async () => {
  const server = await startRollgateServer();
  server.answer("flags", { status: 404 });
  const client = createClient(server);
  expect(await rejection(client.init())).toMatchObject({ name: "NotFoundError" });
  expect(await rejection(client.identify({ id: "bob" }))).toMatchObject({ name: "NotFoundError" });
});

it("isolates listeners: one that throws stops no other, and its throw is an error once", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  const heard: string[] = [];
  client.on("flag_changed", () => void heard.push("first"));
  client.on("flag_changed", boom);
  client.on("flag_changed", (async () => boom()) as never);
  client.on("flag_changed", () => void heard.push("last"));
  const log = recordEvents(client, "error");
  await client.init();
  await until(() => log.of("error").length === 2);
  expect(heard).toEqual(["first", "last"]);
  expect(log.of("error")).toEqual([
    expect.objectContaining({ code: "LISTENER_FAILED", category: "client" }),
    expect.objectContaining({ code: "LISTENER_FAILED" }),
  ]);
  expect(client.isEnabled("beta")).toBe(true);
});

it.each([
  ["an error", new Error("boom")],
  ["nothing", undefined],
  ["something that cannot be printed", unprintable],
  ["a symbol", Symbol("boom")],
])("goes on when an error listener itself throws %s", async (_, thrown) => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  client.on("error", () => {
    throw thrown;
  });
  await client.init();
  server.answerOnce("flags", { status: 404 });
  await rejection(client.refresh());
  server.flags = { beta: false };
  const changed = nextEvent(client, "flag_changed");
  await client.refresh();
  expect(await changed).toMatchObject({ key: "beta", value: false });
});

it("goes on when subscribers and transition listeners throw", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  client.subscribe(boom);
  client.subscribe("beta", boom);
  client.onTransition(boom);
  await client.init();
  await exercise(client);
  expect(client.isEnabled("beta")).toBe(true);
});

const HOSTILE: readonly (readonly [string, Partial<RollgateConfig>])[] = [
  ["an inspector that throws", { inspect: boom }],
  ["an inspector that rejects", { inspect: (async () => boom()) as never }],
  ["an observing inspector that throws", { inspect: { next: boom } }],
  [
    "a logger that throws",
    { logLevel: "debug", logger: { debug: boom, info: boom, warn: boom, error: boom } },
  ],
  ["a logger that rejects", { logLevel: "debug", logger: rejectingLogger() }],
  [
    "a storage that throws",
    { cache: { storage: { get: boom, set: boom, delete: boom, keys: boom } } },
  ],
  ["a storage that rejects", { cache: { storage: storageOf(async () => boom()) } }],
  ["a storage that hangs", { cache: { storage: storageOf(() => new Promise(() => {})) } }],
  ["a storage that answers nonsense", { cache: { storage: storageOf(() => 7) } }],
  [
    "a storage that holds nonsense",
    { cache: { storage: storageOf(() => "{") }, tracking: { persist: true } },
  ],
];

it.each(HOSTILE)("goes on with %s", async (_, config) => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, config);
  await client.init({ id: "ann" });
  server.answerOnce("flags", { status: 404 });
  expect(await rejection(client.refresh())).toMatchObject({ name: "NotFoundError" });
  await exercise(client);
  expect(client.isEnabled("beta")).toBe(true);
  await client.close();
});

it.each([
  ["throws", boom],
  ["rejects with nothing", () => Promise.reject()],
  ["rejects with what cannot be printed", () => Promise.reject(unprintable)],
  ["gives nothing", () => undefined],
  ["gives an empty object", () => ({})],
  ["never answers", () => new Promise(() => {})],
])("rejects with an error of ours when a fetch %s", async (_, fetch) => {
  const client = createClient(
    { url: "http://127.0.0.1:9" },
    { fetch: fetch as never, enableStreaming: true, timeoutMs: 50 },
  );
  expect(await rejection(client.init())).toMatchObject({
    category: expect.stringMatching(/^(network|response)$/),
    retryable: true,
  });
  await client.close();
});

it("survives a user whose getters throw", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  await client.init();
  const user = {
    id: "bob",
    get attributes(): never {
      return boom() as never;
    },
  };
  await client.identify(user).catch(() => {});
  expect(client.isEnabled("beta")).toBe(true);
});

function rejectingLogger(): Logger {
  const reject = (async () => boom()) as () => never;
  return { debug: reject, info: reject, warn: reject, error: reject };
}

function storageOf(answer: () => unknown): FlagStorage {
  const method = answer as () => never;
  return { get: method, set: method, delete: method, keys: method };
}
