import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { createClient } from "../../support/client";
import { nextEvent, recordEvents } from "../../support/events";
import { type Answer, startRollgateServer } from "../../support/rollgate-server";
import { rejection } from "../http/support";

/** Small enough to be compressed at once, 60 times the limit when it is read. */
const UNPACKED = 60_000_000;
const LIMIT = 1_000_000;
/** What may be unpacked beyond the limit before somebody notices: the platform unpacks ahead. */
const SLACK = 40_000_000;

const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const bomb = Buffer.from(`{"flags":{"beta":false},"pad":"${" ".repeat(UNPACKED)}"}`);
/** Says what it is at its end, far beyond what anybody reads of an error. */
const refusal = Buffer.from(
  `{"pad":"${" ".repeat(UNPACKED)}","error":{"code":"LATE","message":"Read to the end."}}`,
);
const good = Buffer.from('{"flags":{"beta":false}}');
/** As servers may pack, the last one named being the outermost. */
const PACKINGS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => gzipSync(bytes, { level: 1 }),
  "x-gzip": (bytes) => gzipSync(bytes, { level: 1 }),
  deflate: (bytes) => deflateSync(bytes, { level: 1 }),
  br: (bytes) => brotliCompressSync(bytes, quick),
  "gzip, gzip": (bytes) => gzipSync(gzipSync(bytes, { level: 1 })),
  "deflate, br": (bytes) => brotliCompressSync(deflateSync(bytes, { level: 1 }), quick),
};

const packed = (encoding: string, bytes: Buffer): Answer => ({
  headers: { "Content-Type": "application/json", "Content-Encoding": encoding },
  body: PACKINGS[encoding]?.(bytes),
});

it.each(Object.keys(PACKINGS))(
  "a body packed by %s is read, but of one that unpacks beyond the limit no more than that",
  async (encoding) => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server, { maxResponseBytes: LIMIT });
    await client.init();
    const answer = packed(encoding, bomb);
    expect((answer.body as Buffer).length).toBeLessThan(LIMIT);
    server.answerOnce("flags", answer);
    const before = process.memoryUsage().arrayBuffers;
    const error = await rejection(client.refresh());
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(LIMIT + SLACK);
    expect(error).toMatchObject({ name: "InvalidResponseError", code: "RESPONSE_TOO_LARGE" });
    expect(client.isEnabled("beta")).toBe(true);
    server.answerOnce("flags", packed(encoding, good));
    await client.refresh();
    expect(client.isEnabled("beta")).toBe(false);
  },
);

it("an error's packed body is cut as well, and its status still tells", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { maxResponseBytes: LIMIT });
  await client.init();
  for (const encoding of Object.keys(PACKINGS)) {
    server.answerOnce("flags", { ...packed(encoding, refusal), status: 400 });
    const error = await rejection(client.refresh());
    expect(error).toMatchObject({ name: "ValidationError", statusCode: 400 });
    expect(error).not.toMatchObject({ code: "LATE" });
  }
});

it.each<[string, Answer]>([
  [
    "is packed by what nobody knows",
    { headers: { "Content-Encoding": "zstd7" }, body: "\u0000\u0001" },
  ],
  ["is no gzip though it says so", { headers: { "Content-Encoding": "gzip" }, body: "{}" }],
  [
    "ends in the middle",
    { headers: { "Content-Encoding": "gzip" }, body: gzipSync(good).subarray(0, 20) },
  ],
  [
    "is packed without a header of its own",
    { headers: { "Content-Encoding": "gzip" }, body: deflateRawSync(good) },
  ],
  [
    "says that it is packed a thousand times",
    { headers: { "Content-Encoding": Array(1_000).fill("gzip").join(", ") }, body: gzipSync(good) },
  ],
])("a body that %s is a failure that leaves the flags as they are", async (_, answer) => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { circuitBreaker: { failureThreshold: 1_000 } });
  await client.init();
  for (const route of ["flags", "identify", "events", "telemetry"] as const)
    server.answerOnce(route, answer);
  client.isEnabled("beta");
  client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
  const log = recordEvents(client, "error");
  await rejection(client.refresh());
  await Promise.allSettled([client.flushEvents(), client.flushTelemetry()]);
  await client.identify({ id: "ann" }).catch(() => {});
  expect(log.entries.length).toBeGreaterThan(0);
  expect(client.getAllFlags()).toEqual({ beta: true });
  await client.flushEvents();
  expect(client.getEventStats()).toMatchObject({ accepted: 1, delivered: 1, pending: 0 });
});

it("a packed stream is bytes that say nothing: it ends at the limit and opens anew", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    enableStreaming: true,
    maxResponseBytes: 10_000,
    stream: { reconnectBaseDelayMs: 1, reconnectMaxDelayMs: 5 },
  });
  const failed = nextEvent(client, "error");
  await client.init();
  const stream = await server.stream(1);
  for (let sent = 0; sent < 20_000; sent += 1_000) stream.send(Buffer.alloc(1_000, 0x1f));
  expect(await failed).toMatchObject({ name: "InvalidResponseError" });
  await server.stream(2);
  expect(client.isEnabled("beta")).toBe(true);
});
