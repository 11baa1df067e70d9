import { expect, test } from "vitest";
import type { ServerStream } from "../../../src/testing";
import { recordEvents } from "../../support/events";
import { createGate, type RollgateServer } from "../../support/rollgate-server";
import { World } from "./world";

const ANN = { id: "ann", attributes: { plan: "pro" } };
const IDLE_MS = 60_000;

interface StreamFault {
  readonly name: string;
  strike(stream: ServerStream, server: RollgateServer): unknown;
  /** What it is for the client: nothing, or the end of this stream. */
  readonly costs: "nothing" | "the stream";
  /** Whether the app is told: a server may end streams as it likes. */
  readonly told?: boolean;
}

const text = (line: string) => (stream: ServerStream) => stream.send(line);

const FAULTS: readonly StreamFault[] = [
  { name: "it breaks off", strike: (stream) => stream.drop(), costs: "the stream", told: true },
  { name: "it ends", strike: (stream) => stream.end(), costs: "the stream" },
  {
    name: "it breaks off within an event",
    strike(stream) {
      stream.half("flag-changed", { key: "beta", enabled: false });
      stream.drop();
    },
    costs: "the stream",
    told: true,
  },
  {
    name: "it ends within an event",
    strike(stream) {
      stream.half("init", { flags: { beta: false } });
      stream.end();
    },
    costs: "the stream",
  },
  { name: "it falls silent", strike: () => {}, costs: "the stream" },
  {
    name: "an event is larger than any answer may be",
    strike: (stream) => stream.send(`event: init\ndata: ${"x".repeat(9_000_000)}`),
    costs: "the stream",
    told: true,
  },
  {
    name: "the server goes, and is back",
    async strike(_, server) {
      await server.refuse();
      await server.accept();
    },
    costs: "the stream",
    told: true,
  },
  {
    name: "an event is no JSON",
    strike: text("event: flag-changed\ndata: {{\n\n"),
    costs: "the stream",
    told: true,
  },
  {
    name: "an event says null",
    strike: text("event: init\ndata: null\n\n"),
    costs: "the stream",
    told: true,
  },
  {
    name: "an event is of another shape",
    strike: text('event: init\ndata: {"flags":[1]}\n\n'),
    costs: "the stream",
    told: true,
  },
  { name: "an event is unknown", strike: text("event: party\ndata: {}\n\n"), costs: "nothing" },
  { name: "an event has no data", strike: text("event: init\n\n"), costs: "nothing" },
  { name: "fields are unknown", strike: text("colour: red\n: hello\n\n"), costs: "nothing" },
  {
    name: "bytes are no text",
    strike: (stream) => stream.send(new Uint8Array([255, 254, 0, 10, 10])),
    costs: "nothing",
  },
  { name: "retry: is far too long", strike: text("retry: 99999999999999\n\n"), costs: "nothing" },
  { name: "retry: is zero", strike: text("retry: 0\n\n"), costs: "nothing" },
  { name: "retry: is no number", strike: text("retry: soon\n\n"), costs: "nothing" },
  {
    name: "an id holds what no header may",
    strike: text("id: \u0000\r\nevent: party\ndata: {}\n\n"),
    costs: "nothing",
  },
  {
    name: "ten thousand notices come at once",
    strike(stream) {
      const notice = 'event: flag-changed\ndata: {"key":"beta","enabled":true}\n\n';
      stream.send(notice.repeat(10_000));
    },
    costs: "nothing",
  },
];

test.each(FAULTS.map((fault) => [fault.name, fault] as const))(
  "a stream is open and %s",
  async (_, { strike, costs, told }) => {
    const world = await World.start({ enableStreaming: true, stream: { idleTimeoutMs: IDLE_MS } });
    const { client, server } = world;
    await client.init(ANN);
    const stream = await server.stream(1);
    await world.until(() => client.getState().connection === "streaming.open");
    await world.pass(1_000);
    const before = server.count("flags");

    await strike(stream, server);
    if (costs === "the stream") {
      await world.until(() => server.streams().length === 2, IDLE_MS + 30_000);
      await world.until(() => client.getState().connection === "streaming.open");
      await stream.closed;
    } else {
      await world.pass(1_000);
      expect([client.getState().connection, server.streams()]).toEqual([
        "streaming.open",
        [stream],
      ]);
    }
    // Nothing that was said in between is taken for flags, and no storm follows.
    expect({ ...client.getAllFlags() }).toEqual({ beta: true });
    expect(server.count("flags") - before).toBeLessThanOrEqual(6);
    if (costs === "the stream") expect(world.errors.length > 0).toBe(told === true);
    expect(world.errors.length).toBeLessThanOrEqual(2);

    const heard = server.count("flags");
    server.flags = { beta: true, gamma: true };
    server.streams().at(-1)?.event("flag-changed", { key: "gamma", enabled: true });
    await world.until(() => client.isEnabled("gamma"), 5_000);
    expect(server.count("flags") - heard).toBe(1);
    world.check();
  },
);

test.each([
  ["line feeds", { newline: "\n" }],
  ["carriage returns", { newline: "\r" }],
  ["both", { newline: "\r\n" }],
  ["a byte order mark", { bom: true }],
  ["single bytes", { chunkBytes: 1 }],
  ["single bytes, both, and a byte order mark", { chunkBytes: 1, bom: true, newline: "\r\n" }],
] as const)("a stream written with %s is understood", async (_, stream) => {
  const world = await World.start({ enableStreaming: true });
  const { client, server } = world;
  server.answer("stream", { stream });
  await client.init();
  const changes = recordEvents(client, "flag_changed");
  const open = await server.stream(1);
  open.heartbeat();
  open.event("init", { flags: { beta: true, grün: true } });
  // What the fetch that follows answers is another matter.
  await world.until(() => changes.entries.length > 0, 5_000);
  expect(changes.of("flag_changed")[0]).toMatchObject({ key: "grün", value: true });
  world.check();
});

test("reconnects that are refused, hang or are no stream do not keep flags from being polled", async () => {
  const world = await World.start({ enableStreaming: true });
  const { client, server } = world;
  await client.init(ANN);
  await world.until(() => client.getState().connection === "streaming.open");
  const html = { headers: { "Content-Type": "text/html" }, body: "<p>" };
  server.answer(
    "stream",
    ({ nth }) => [{ status: 503 }, { gate: createGate() }, html][nth % 3] ?? {},
  );
  server.streams()[0]?.drop();
  server.flags = { beta: false };
  await world.until(() => !client.isEnabled("beta"), 40_000);
  await world.until(() => server.count("stream") > 6, 600_000);
  server.restore();
  await world.until(() => client.getState().connection === "streaming.open", 120_000);
  world.check();
});
