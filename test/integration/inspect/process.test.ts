import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { startRollgateServer } from "../../support/rollgate-server";
import { isSnapshot, registers, startRelay } from "./kit";

let directory = "";
let bundle = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "rollgate-inspect-"));
  const outfile = join(directory, "rollgate.cjs");
  await build({
    stdin: {
      contents: `export * from "./src/index"; export { createInspector } from "./src/inspect";`,
      resolveDir: process.cwd(),
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "silent",
  });
  bundle = pathToFileURL(outfile).href;
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs a program in a Node of its own until that ends by itself. */
async function run(receiver: string, program: string) {
  const server = await startRollgateServer({ beta: true });
  const source = `
    import { createInspector, RollgateClient } from ${JSON.stringify(bundle)};
    const inspector = createInspector({ url: ${JSON.stringify(receiver)} });
    const client = new RollgateClient({
      apiKey: "sb_server_child",
      baseUrl: ${JSON.stringify(server.url)},
      enableStreaming: true,
      logLevel: "silent",
      inspect: inspector,
    });
    await client.init();
    ${program}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source]);
  onTestFinished(() => void child.kill());
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, "close");
  return { code, out: out.trim(), err };
}

const ENDED = { code: 0, out: "end", err: "" };

it("lets Node exit with a receiver that is connected, and a client that was never closed", async () => {
  const relay = await startRelay();
  const refreshing = `
    while (client.getTransitions().length < 150) await client.refresh();
    console.log("end");`;
  expect(await run(relay.url, refreshing)).toEqual(ENDED);
  expect(relay.connections).toBe(1);
  expect(relay.actors().size).toBe(11);
});

it("lets Node exit without a receiver, although it tries again", async () => {
  const gone = await startRelay();
  await gone.close();
  expect(await run(gone.url, `console.log("end");`)).toEqual(ENDED);
});

it("lets Node exit while a receiver does not answer", async () => {
  const silent = createServer(() => {});
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  onTestFinished(() => void silent.close());
  const url = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const accepted = once(silent, "connection");
  expect(await run(url, `console.log("end");`)).toEqual(ENDED);
  await accepted;
});

it("lets Node exit after stop(), also when the receiver does not take leave", async () => {
  const relay = await startRelay();
  const stopping = `
    while (client.getTransitions().length < 150) await client.refresh();
    inspector.stop();
    console.log("end");`;
  void relay.seen(registers("outbox")).then(() => relay.hang());
  expect(await run(relay.url, stopping)).toEqual(ENDED);
});

it("has told everything when the process ends", async () => {
  const relay = await startRelay();
  const closing = `
    while (client.getTransitions().length < 150) await client.refresh();
    await client.close();
    console.log("end");`;
  expect(await run(relay.url, closing)).toEqual(ENDED);
  await relay.seen(
    (message) =>
      isSnapshot(message) &&
      message.sessionId === message.rootId &&
      message.snapshot.status === "stopped",
  );
});
