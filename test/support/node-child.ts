/**
 * Programs that use the SDK in a Node of their own.
 *
 * ```ts
 * const { code, out, err } = await runNode(server, `const client = new RollgateClient(config); …`);
 * ```
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, onTestFinished } from "vitest";

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

/** How a program ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program in a Node of its own until that ends by itself. */
export function runNode(server: { readonly url: string }, program: string): Promise<Ended> {
  const { ended, release } = startNode(server, program);
  release();
  return ended;
}

/** The same, but a program that awaits `released` lives on until it is released. */
export function startNode(server: { readonly url: string }, program: string) {
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
  return { child, ended, release: () => void child.stdin.end() };
}
