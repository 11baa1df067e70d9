import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { type RollgateServer, startRollgateServer } from "../../support/rollgate-server";

let directory = "";
let bundle = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "rollgate-process-"));
  const outfile = join(directory, "rollgate.mjs");
  await build({
    entryPoints: ["src/index.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });
  bundle = pathToFileURL(outfile).href;
});

afterAll(() => rm(directory, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program in a Node of its own until that ends by itself. */
function run(server: RollgateServer, program: string): Promise<Ended> {
  const { ended, release } = start(server, program);
  release();
  return ended;
}

/** The same, but a program that awaits `released` lives on until it is released. */
function start(server: RollgateServer, program: string) {
  const source = `
    import { RollgateClient } from ${JSON.stringify(bundle)};
    const config = { apiKey: "sb_server_child", baseUrl: ${JSON.stringify(server.url)}, logLevel: "silent" };
    const released = { then: (resolve) => process.stdin.resume().on("end", resolve) };
    ${program}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source]);
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  onTestFinished(() => void child.kill());
  const ended = once(child, "close").then(([code]): Ended => ({ code, out: out.trim(), err }));
  return { ended, release: () => void child.stdin.end() };
}

it("lets Node exit by itself although a polling client was never closed", async () => {
  const server = await startRollgateServer({ beta: true });
  const ended = await run(
    server,
    `const client = new RollgateClient(config);
     await client.init();
     console.log(client.isEnabled("beta"));`,
  );
  expect(ended).toEqual({ code: 0, out: "true", err: "" });
});

it("lets Node exit by itself although a streaming client, its stream open, was never closed", async () => {
  const server = await startRollgateServer({ beta: true });
  const ended = await run(
    server,
    `const client = new RollgateClient({ ...config, enableStreaming: true });
     const open = new Promise((resolve) => client.on("connection_changed", ({ to }) => to === "streaming.open" && resolve()));
     const idle = setInterval(() => {}, 1000);
     await client.init();
     await open;
     clearInterval(idle);
     console.log(client.getState().connection);`,
  );
  expect(ended).toEqual({ code: 0, out: "streaming.open", err: "" });
});

it("lets Node exit with events and counts still unsent", async () => {
  const server = await startRollgateServer({ beta: true });
  const ended = await run(
    server,
    `const client = new RollgateClient(config);
     await client.init();
     client.isEnabled("beta");
     client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
     console.log("end");`,
  );
  expect(ended).toEqual({ code: 0, out: "end", err: "" });
});

it("keeps Node alive while init is unsettled, also during a backoff", async () => {
  const server = await startRollgateServer({ beta: true });
  server.answerOnce("flags", { status: 500 }, { delivery: "reset" });
  const ended = await run(
    server,
    `const client = new RollgateClient({ ...config, retry: { baseDelayMs: 150 } });
     await client.init();
     console.log("ready");`,
  );
  expect(ended).toEqual({ code: 0, out: "ready", err: "" });
});

it("keeps Node alive while a refresh, an identify, a flush or a close is unsettled", async () => {
  const server = await startRollgateServer({ beta: true });
  server.answerOnce("flags", {}, { status: 500 }, {}, { status: 500 });
  server.answerOnce("events", { status: 500 });
  const ended = await run(
    server,
    `const client = new RollgateClient({ ...config, retry: { baseDelayMs: 80 } });
     await client.init();
     await client.refresh();
     await client.identify({ id: "ann" });
     client.track({ flagKey: "beta", eventName: "seen" });
     await client.close();
     console.log(client.getEventStats().delivered);`,
  );
  expect(ended).toEqual({ code: 0, out: "1", err: "" });
});

const UPDATES: readonly (readonly [string, string])[] = [
  ["polls", "{ ...config, refreshIntervalMs: 20 }"],
  ["streams", "{ ...config, enableStreaming: true }"],
];

it.each(UPDATES)(
  "leaves no timer, no socket and no listener of a client that %s, once it is closed",
  async (_, config) => {
    const server = await startRollgateServer({ beta: true });
    const ended = await run(
      server,
      `const listeners = () => process.eventNames().map((name) => [String(name), process.listenerCount(name)]);
       const before = JSON.stringify(listeners());
       const held = () => process.getActiveResourcesInfo().filter((kind) => !/Pipe|TTY|Immediate/.test(kind));
       const client = new RollgateClient(${config});
       await client.init({ id: "ann" });
       await client.refresh();
       client.isEnabled("beta");
       client.track({ flagKey: "beta", eventName: "seen" });
       await client.close();
       const timers = held().filter((kind) => kind === "Timeout");
       // The pool of the global fetch lets go of a socket some turns after the answer.
       for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
       console.log(JSON.stringify([timers, held(), JSON.stringify(listeners()) === before]));`,
    );
    expect(ended).toEqual({ code: 0, out: "[[],[],true]", err: "" });
  },
);

it("closes every connection of its streams while the process lives on", async () => {
  const server = await startRollgateServer({ beta: true });
  const { ended, release } = start(
    server,
    `const client = new RollgateClient({ ...config, enableStreaming: true });
     const open = () => new Promise((resolve) => client.on("connection_changed", ({ to }) => to === "streaming.open" && resolve()));
     const awake = setInterval(() => {}, 1000);
     let opened = open();
     await client.init();
     await opened;
     opened = open();
     await client.identify({ id: "ann" });
     await opened;
     await client.close();
     clearInterval(awake);
     console.log("closed");
     await released;`,
  );
  await Promise.all([(await server.stream(1)).closed, (await server.stream(2)).closed]);
  release();
  expect(await ended).toEqual({ code: 0, out: "closed", err: "" });
  expect(server.count("stream")).toBe(2);
});

const HOSTILE: readonly (readonly [string, (server: RollgateServer) => void])[] = [
  ["fails", (server) => every(server, { status: 500 })],
  ["refuses the key", (server) => every(server, { status: 401 })],
  ["asks for quiet", (server) => every(server, { status: 429, headers: { "Retry-After": "1" } })],
  ["resets", (server) => every(server, { delivery: "reset" })],
  ["answers nonsense", (server) => every(server, { body: "<html>" })],
  ["redirects", (server) => every(server, { status: 302, headers: { Location: "http://[" } })],
];

function every(server: RollgateServer, answer: Parameters<RollgateServer["answer"]>[1]): void {
  for (const route of ["flags", "identify", "stream", "events", "telemetry"] as const) {
    server.answer(route, answer);
  }
}

it.each(HOSTILE)("survives, without any handler attached, a server that %s", async (_, act) => {
  const server = await startRollgateServer();
  act(server);
  const ended = await run(
    server,
    `const client = new RollgateClient({
       ...config,
       enableStreaming: true,
       refreshIntervalMs: 20,
       timeoutMs: 200,
       initTimeoutMs: 300,
       closeTimeoutMs: 300,
       retry: { baseDelayMs: 1, maxDelayMs: 5 },
       circuitBreaker: { failureThreshold: 3, recoveryTimeoutMs: 30 },
       stream: { reconnectBaseDelayMs: 5, reconnectMaxDelayMs: 10 },
       tracking: { flushIntervalMs: 10, maxBufferSize: 1 },
       bootstrap: { flags: { beta: true } },
     });
     client.init();
     client.identify({ id: "ann" });
     client.refresh();
     client.isEnabled("beta");
     client.track({ flagKey: "beta", eventName: "seen" });
     client.flushEvents();
     client.flushTelemetry();
     client.identify({ id: "" });
     for (let n = 0; n < 40; n++) await client.refresh().catch(() => {});
     await client.close();
     console.log("alive");`,
  );
  expect(ended).toEqual({ code: 0, out: "alive", err: "" });
});
