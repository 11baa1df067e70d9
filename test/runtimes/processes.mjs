import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { app, find, install, versionOf } from "./install.mjs";
import { EXPECTED } from "./programs/scenario.mjs";

/** For one program, on a machine that does other work, too. */
const PROGRAM_MS = 30_000;

/** A runtime that runs programs as processes of their own. */
export class ProcessRuntime {
  #spec;
  #binaries;
  #options;

  /**
   * @param spec the package that brings it, and where in `node_modules` its program may be.
   * @param options what stands before a program's name.
   */
  constructor(spec, binaries, options = []) {
    this.#spec = spec;
    this.#binaries = binaries;
    this.#options = options;
  }

  /** @returns its version. */
  async install() {
    const folder = await install(this.#spec);
    this.binary = find(folder, ...this.#binaries);
    return versionOf(folder, this.#spec);
  }

  async run(startServer) {
    await startServer(async (server) => {
      const persistPath = join(app, "flags-cache.json");
      rmSync(persistPath, { force: true });
      const did = await this.#program("server.mjs", server.url, persistPath);
      assert.deepEqual(did, { ...EXPECTED, stored: [true, "cache"] });
      await checkDelivery(server, 1);
    });
    await startServer(async (server) => {
      assert.deepEqual(await this.#program("server.cjs", server.url), EXPECTED);
      await checkDelivery(server, 1);
    });
    await startServer(async (server) => {
      assert.equal(await this.#program("idle.mjs", server.url), "streaming.open");
    });
    return ["import", "require", "file cache", "ends by itself"];
  }

  /** Runs a program until it ends by itself. @returns what it printed last. */
  #program(name, ...args) {
    return new Promise((resolve, reject) => {
      const options = { cwd: app, timeout: PROGRAM_MS, killSignal: "SIGKILL" };
      const all = [...this.#options, name, ...args];
      execFile(this.binary, all, options, (error, stdout, stderr) => {
        const last = stdout.trim().split("\n").at(-1);
        if (!error && last) resolve(JSON.parse(last));
        else {
          const how = error?.killed ? "does not end" : "fails";
          reject(new Error(`${name} ${how}: ${error?.message}\n${stdout}${stderr}`));
        }
      });
    });
  }
}

/** The Node that runs this, which needs no installation. */
export class OwnNode extends ProcessRuntime {
  async install() {
    return process.versions.node;
  }

  get binary() {
    return process.execPath;
  }
}

/** What the server must have got, whatever the client believes. */
export async function checkDelivery(server, events) {
  assert.equal(server.events.length, events);
  const { total } = server.telemetry[0]?.evaluations.beta ?? {};
  assert.ok(total > 0, "evaluations were reported");
}
