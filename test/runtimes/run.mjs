/**
 * Runs the packed package in real runtimes: each is installed from the registry into
 * node_modules/.cache/runtimes, starts against a real dev server, and must do the same.
 *
 *   node test/runtimes/run.mjs [name…]   only these
 *   node test/runtimes/run.mjs --all     one that cannot be installed is a failure, too
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { app, installPackage } from "./install.mjs";
import { OwnNode, ProcessRuntime } from "./processes.mjs";
import { edgeLight, workerd } from "./workers.mjs";

const FLAGS = {
  flags: {
    beta: { enabled: false },
    "pro-only": {
      enabled: true,
      rollout: 0,
      rules: [{ conditions: [{ attribute: "plan", operator: "eq", value: "pro" }] }],
    },
  },
};

const here = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const node = (major) =>
  process.versions.node.startsWith(`${major}.`)
    ? new OwnNode()
    : new ProcessRuntime(`node-${here}@${major}`, [
        `node-${here}/bin/node`,
        `node-${here}/node.exe`,
      ]);

const RUNTIMES = {
  "node-20": node(20),
  "node-22": node(22),
  "node-24": node(24),
  // It would keep compiled code by path and date, and packed files all have one date.
  deno: new ProcessRuntime(
    "deno@2",
    ["@deno/*/deno", "@deno/*/deno.exe"],
    ["run", "--allow-all", "--no-code-cache"],
  ),
  bun: new ProcessRuntime("bun@1", ["@oven/*/bin/bun", "bun/bin/bun.exe"]),
  workerd,
  "edge-light": edgeLight,
};
/** The lowest that `engines` names always runs. */
const REQUIRED = ["node-20"];

const args = process.argv.slice(2);
const needsAll = args.includes("--all");
const wanted = args.filter((arg) => arg !== "--all");
const began = Date.now();
const failed = [];
const missing = [];

await installPackage();
const { startDevServer } = createRequire(join(app, "x.js"))("rollgate/dev-server");
for (const [name, runtime] of Object.entries(RUNTIMES)) {
  if (wanted.length === 0 || wanted.includes(name)) await tryRuntime(name, runtime);
}
console.log(`${seconds(began)} in all`);
if (missing.length > 0) console.log(`!!! NOT RUN, since not installed: ${missing.join(", ")}`);
if (failed.length > 0) console.log(`FAILED: ${failed.join(", ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function tryRuntime(name, runtime) {
  const start = Date.now();
  let version;
  try {
    version = await runtime.install();
  } catch (error) {
    console.log(`!!! ${name} CANNOT BE INSTALLED: ${error.message.split("\n")[0]}`);
    missing.push(name);
    if (needsAll || REQUIRED.includes(name)) failed.push(name);
    return;
  }
  try {
    const did = await runtime.run(withServer);
    console.log(`✓ ${name} (${version}): ${did.join(", ")} (${seconds(start)})`);
  } catch (error) {
    console.log(`✗ ${name} (${version}): ${error.stack}`);
    failed.push(name);
  }
}

async function withServer(act) {
  const server = await startDevServer({ flags: structuredClone(FLAGS), port: 0 });
  try {
    await act(server);
  } finally {
    await server.close();
  }
}

function seconds(since) {
  return `${((Date.now() - since) / 1_000).toFixed(1)} s`;
}
