import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";

const ENTRY = fileURLToPath(new URL("../../../src/cli/index.ts", import.meta.url));

/** A `rollgate` process and what it has written. */
export interface Run {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves with the first match in what it writes to stdout; rejects when it ends without one. */
  saw(pattern: RegExp): Promise<RegExpExecArray>;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

/** Bundles the CLI once for a test file, and gives every test an empty folder to run it in. */
export function setUpCli() {
  const state = { home: "", folder: "", children: [] as ChildProcess[] };
  beforeAll(async () => {
    state.home = await mkdtemp(join(tmpdir(), "rollgate-cli-"));
    await build({
      entryPoints: [ENTRY],
      outfile: join(state.home, "cli.mjs"),
      bundle: true,
      platform: "node",
      format: "esm",
      mainFields: ["module", "main"],
      // As the build has it.
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
    });
  });
  afterAll(() => rm(state.home, { recursive: true }));
  beforeEach(async () => {
    state.folder = await mkdtemp(join(state.home, "run-"));
  });
  afterEach(() => {
    for (const child of state.children.splice(0)) child.kill("SIGKILL");
  });

  return {
    /** Path of a file in the test's folder. */
    path: (name: string) => join(state.folder, name),
    run(args: readonly string[], env: NodeJS.ProcessEnv = { NO_COLOR: "1" }): Run {
      const child = spawn(process.execPath, [join(state.home, "cli.mjs"), ...args], {
        cwd: state.folder,
        env: { PATH: process.env["PATH"], ...env },
      });
      state.children.push(child);
      return watch(child);
    },
  };
}

function watch(child: ChildProcess): Run {
  let stdout = "";
  let stderr = "";
  let tell = () => {};
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    tell();
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  const saw = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      tell = () => {
        const match = pattern.exec(stdout);
        if (match !== null) resolve(match);
      };
      tell();
      void ended.then(() => reject(new Error(`It ended without ${pattern}: ${stdout}${stderr}`)));
    });
  return { child, stdout: () => stdout, stderr: () => stderr, saw, ended };
}
