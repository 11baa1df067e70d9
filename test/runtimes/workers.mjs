import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { app, find, install, versionOf } from "./install.mjs";
import { checkDelivery } from "./processes.mjs";
import { EXPECTED } from "./programs/scenario.mjs";

const ANSWER_MS = 20_000;
/** The oldest day whose rules the package can live with, and one of today's; no other flag is set. */
const COMPATIBILITY_DATES = ["2023-01-01", "2026-11-01"];

/** Cloudflare's runtime, its real program. */
export const workerd = {
  async install() {
    this.folder = await install("workerd@1");
    this.binary = find(
      this.folder,
      "@cloudflare/workerd-*/bin/workerd",
      "@cloudflare/workerd-*/bin/workerd.exe",
    );
    return versionOf(this.folder, "workerd@1");
  },

  async run(startServer) {
    await bundle("workerd.mjs", "esm", ["workerd", "worker", "browser"]);
    for (const date of COMPATIBILITY_DATES) {
      await startServer(async (server) => {
        const path = join(app, "workerd.capnp");
        writeFileSync(path, configOf(server.url, date));
        const child = spawn(this.binary, ["serve", "--control-fd=3", path], {
          cwd: app,
          stdio: ["ignore", "inherit", "inherit", "pipe"],
        });
        try {
          const port = await listening(child);
          await visit(server, (path) =>
            fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(ANSWER_MS) }),
          );
        } finally {
          child.kill("SIGKILL");
        }
      });
    }
    return COMPATIBILITY_DATES.map((date) => `compatibility date ${date}`);
  },
};

/** Vercel's edge runtime, as its package brings it for development. */
export const edgeLight = {
  async install() {
    this.folder = await install("edge-runtime@4");
    return versionOf(this.folder, "edge-runtime@4");
  },

  async run(startServer) {
    await bundle("edge-light.mjs", "iife", ["edge-light", "worker", "browser"]);
    const { EdgeRuntime } = createRequire(join(this.folder, "x.js"))("edge-runtime");
    const initialCode = readFileSync(join(app, "edge-light.bundle.js"), "utf8");
    await startServer(async (server) => {
      const runtime = new EdgeRuntime({ initialCode });
      await visit(server, async (path) => {
        const url = new URL(path, "http://edge.test");
        url.searchParams.set("server", server.url);
        const response = await runtime.dispatchFetch(url.href);
        await response.waitUntil();
        return response;
      });
    });
    return ["edge-light"];
  },
};

/** The scenario, and then requests as an app gets them. */
async function visit(server, ask) {
  const first = await ask("/scenario");
  assert.equal(first.status, 200, await first.clone().text());
  assert.deepEqual(await first.json(), EXPECTED);
  await checkDelivery(server, 1);

  const flushed = await ask("/flushed");
  assert.deepEqual(await flushed.json(), { value: true, source: "network" });
  assert.equal(server.events.length, 2);
  const identified = server.users.length;
  // Flags from the isolate's memory: several at once, and nobody asks the server.
  const answers = await Promise.all([1, 2, 3].map(async () => (await ask("/")).json()));
  assert.deepEqual(answers, Array(3).fill({ value: true, source: "cache" }));
  await delivered(server, 5);
  assert.equal(server.users.length, identified);
}

/** What `waitUntil` was told arrives after the response. */
function delivered(server, count) {
  return new Promise((resolve) => {
    const look = () => server.events.length >= count && resolve();
    server.on("events_received", look);
    look();
  });
}

/** Bundled as these platforms' own tools do it. */
async function bundle(program, format, conditions) {
  const outfile = join(app, program.replace(/mjs$/, "bundle.js"));
  const { metafile, warnings } = await build({
    entryPoints: [join(app, program)],
    tsconfigRaw: "{}",
    outfile,
    bundle: true,
    format,
    target: "es2022",
    conditions,
    mainFields: ["module", "main"],
    metafile: true,
    logLevel: "silent",
  });
  assert.deepEqual(warnings, []);
  const builds = Object.keys(metafile.inputs).filter((path) =>
    /rollgate\/dist\/index[.\w]*\.js$/.test(path),
  );
  assert.deepEqual(
    builds.map((path) => path.split("/").at(-1)),
    ["index.edge.js"],
  );
}

/** Waits until the server says at which port it listens. */
async function listening(child) {
  let text = "";
  for await (const chunk of child.stdio[3]) {
    text += chunk;
    const port = /"port":(\d+)/.exec(text)?.[1];
    if (port !== undefined) return port;
  }
  throw new Error("workerd ended before it listened");
}

const configOf = (url, date) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private", "local", "public"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "workerd.bundle.js")],
  bindings = [(name = "ROLLGATE_URL", text = "${url}")],
  compatibilityDate = "${date}",
);
`;
