import { expect, it } from "vitest";
import type { TrackOptions } from "../../../src";
import { ValidationError } from "../../../src";
import { createClient } from "../../support/client";
import { recordEvents } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { batches, event, imbalance } from "./support";

const circular: Record<string, unknown> = {};
circular["self"] = circular;
const throwing = Object.defineProperty({}, "trap", {
  enumerable: true,
  get() {
    throw new Error("sb_server_test_key_0123456789");
  },
});
const base = { flagKey: "beta", eventName: "bought", userId: "ann" };

const REFUSED: readonly (readonly [string, unknown])[] = [
  ["nothing", undefined],
  ["null", null],
  ["text", "bought"],
  ["no flagKey", { eventName: "bought", userId: "ann" }],
  ["an empty flagKey", { ...base, flagKey: "" }],
  ["no eventName", { flagKey: "beta", userId: "ann" }],
  ["a numeric eventName", { ...base, eventName: 7 }],
  ["an empty userId", { ...base, userId: "" }],
  ["a null userId", { ...base, userId: null }],
  ["a NaN value", { ...base, value: Number.NaN }],
  ["an infinite value", { ...base, value: Number.POSITIVE_INFINITY }],
  ["a value of text", { ...base, value: "7" }],
  ["a numeric variationId", { ...base, variationId: 1 }],
  ["metadata that is a list", { ...base, metadata: [1] }],
  ["circular metadata", { ...base, metadata: circular }],
  ["a BigInt", { ...base, metadata: { n: 1n } }],
  ["a function", { ...base, metadata: { f: () => {} } }],
  ["a getter that throws", { ...base, metadata: throwing }],
  [
    "an event that throws when read",
    throwing &&
      new Proxy(
        {},
        {
          get: () => {
            throw 1;
          },
        },
      ),
  ],
  ["more than 32 KiB", { ...base, metadata: { text: "x".repeat(32_768) } }],
  ["more than 32 KiB of UTF-8", { ...base, metadata: { text: "é".repeat(17_000) } }],
];

it.each(REFUSED)(
  "refuses an event with %s alone, by error and counted apart",
  async (_, options) => {
    const server = await startRollgateServer();
    const client = createClient(server);
    await client.init();
    const log = recordEvents(client, "error");
    client.track(event("before"));
    expect(() => client.track(options as TrackOptions)).not.toThrow();
    client.track(event("after"));
    expect(log.of("error")).toEqual([expect.any(ValidationError)]);
    expect(log.of("error")[0]?.message).not.toContain("sb_server_test_key");
    expect(client.getEventStats()).toMatchObject({ accepted: 2, pending: 2, refused: 1 });
    await client.flushEvents();
    expect(batches(server)).toEqual([
      [
        expect.objectContaining({ eventName: "before" }),
        expect.objectContaining({ eventName: "after" }),
      ],
    ]);
  },
);

it("sends what was given and nothing more: absent fields are omitted", async () => {
  const clock = createVirtualClock(Date.UTC(2026, 4, 3, 2, 1, 0, 7));
  const server = await startRollgateServer();
  const client = createClient(server, { clock });
  await client.init();
  client.track(base);
  client.track({
    ...base,
    variationId: "v1",
    value: -1.5,
    metadata: { deep: { list: [1, null, "é"] }, gone: undefined },
  });
  await client.flushEvents();
  const timestamp = "2026-05-03T02:01:00.007Z";
  expect(batches(server)).toEqual([
    [
      { ...base, timestamp },
      {
        ...base,
        variationId: "v1",
        value: -1.5,
        metadata: { deep: { list: [1, null, "é"] } },
        timestamp,
      },
    ],
  ]);
});

it("takes the current user's id, and refuses an event when there is none", async () => {
  const server = await startRollgateServer();
  const client = createClient(server);
  await client.init();
  client.track({ flagKey: "beta", eventName: "anonymous" });
  await client.identify({ id: "bob" });
  client.track({ flagKey: "beta", eventName: "known" });
  await client.flushEvents();
  expect(client.getEventStats()).toMatchObject({ accepted: 1, delivered: 1, refused: 1 });
  expect(batches(server)[0]?.map(({ userId }) => userId)).toEqual(["bob"]);
});

it("stamps an event with the time of track, not of the flush", async () => {
  const clock = createVirtualClock(Date.UTC(2026, 0, 1));
  const server = await startRollgateServer();
  const client = createClient(server, { clock });
  await client.init();
  client.track(event("early"));
  clock.advance(1_234);
  client.track(event("late"));
  await client.flushEvents();
  expect(batches(server)[0]?.map(({ timestamp }) => timestamp)).toEqual([
    "2026-01-01T00:00:00.000Z",
    "2026-01-01T00:00:01.234Z",
  ]);
});

it("copies the event: what the app changes later is not sent", async () => {
  const server = await startRollgateServer();
  const client = createClient(server);
  await client.init();
  const metadata = { list: [1] };
  const options = { ...base, metadata };
  client.track(options);
  metadata.list.push(2);
  options.eventName = "changed";
  await client.flushEvents();
  expect(batches(server)[0]).toEqual([
    expect.objectContaining({ eventName: "bought", metadata: { list: [1] } }),
  ]);
});

it("queues before init and sends after it", async () => {
  const server = await startRollgateServer();
  const client = createClient(server, { tracking: { flushIntervalMs: 10 } });
  client.track(event("early"));
  expect(client.getEventStats()).toMatchObject({ accepted: 1, pending: 1 });
  expect(server.requests()).toEqual([]);
  await client.init();
  await server.request("events", 1);
});

it("refuses everything, quietly, when tracking is disabled", async () => {
  const server = await startRollgateServer();
  const client = createClient(server, { tracking: { enabled: false } });
  await client.init();
  const log = recordEvents(client);
  client.track(event("one"));
  await client.flushEvents();
  expect(log.entries).toEqual([]);
  expect(client.getEventStats()).toMatchObject({ accepted: 0, refused: 1 });
  expect(server.count("events")).toBe(0);
});

it("drops the oldest beyond maxQueueSize, counted and told", async () => {
  const server = await startRollgateServer();
  const client = createClient(server, { tracking: { maxQueueSize: 3, maxBufferSize: 3 } });
  const log = recordEvents(client, "events_dropped");
  for (const name of ["a", "b", "c", "d", "e"]) client.track(event(name));
  expect(client.getEventStats()).toEqual({
    accepted: 5,
    delivered: 0,
    pending: 3,
    dropped: { overflow: 2, rejected: 0, closed: 0 },
    refused: 0,
  });
  expect(log.of("events_dropped")).toEqual([
    { count: 1, reason: "overflow" },
    { count: 1, reason: "overflow" },
  ]);
  expect(imbalance(client)).toBe(0);
  await client.init();
  await client.flushEvents();
  expect(
    batches(server)
      .flat()
      .map(({ eventName }) => eventName),
  ).toEqual(["c", "d", "e"]);
});
