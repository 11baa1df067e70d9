import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { startDevServer } from "../../src/dev-server";
import { EXAMPLE_FLAGS_FILE } from "../../src/dev-server/flags-file/example";
import { ENTRIES } from "./compiler";
import { type Block, ROOT } from "./markdown";

/** Where samples expect `npx rollgate dev --init`; a test puts the address of its own server there. */
export const DOCUMENTED_URL = '"http://127.0.0.1:4400"';
const PATIENCE_MS = 15_000;

export interface Run {
  /** Exit code; null when it did not end by itself in time. */
  readonly code: number | null;
  readonly stdout: readonly string[];
  readonly stderr: string;
}

export interface Samples {
  /** Runs one in a process of its own, against a dev server with the flags that `--init` writes. */
  run(block: Block, env?: Record<string, string>): Promise<Run>;
  dispose(): void;
}

/** Bundles samples for Node, each into a file of its own. */
export async function bundle(blocks: readonly Block[]): Promise<Samples> {
  // Inside the repository, so that the bundles find its dependencies.
  const cache = join(ROOT, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "samples-"));
  const fileOf = (block: Block, extension: string) =>
    join(folder, block.at.replace(/\W/g, "-") + extension);
  const sourceOf = (block: Block) => fileOf(block, `.${block.language}`);
  for (const block of blocks) {
    const code = block.code.replaceAll(DOCUMENTED_URL, '(process.env["SAMPLE_SERVER"] ?? "")');
    writeFileSync(sourceOf(block), code);
  }
  await build({
    entryPoints: blocks.map(sourceOf),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    alias: { ...ENTRIES },
    jsx: "automatic",
    jsxImportSource: "react",
    logLevel: "silent",
  });
  return {
    async run(block, env = {}) {
      const flags = join(folder, "flags.json");
      writeFileSync(flags, EXAMPLE_FLAGS_FILE);
      await using server = await startDevServer({ flags, watch: false });
      // Awaited here, since the server ends with this function.
      return await start(fileOf(block, ".mjs"), folder, {
        ROLLGATE_API_KEY: "dev-key",
        SAMPLE_SERVER: server.url,
        ...env,
      });
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function start(file: string, cwd: string, env: Record<string, string>): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [file],
      { cwd, env: { ...process.env, ...env }, timeout: PATIENCE_MS },
      (_, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout: stdout.split("\n").slice(0, -1), stderr }),
    );
  });
}

/** What a sample promises to print, line by line. */
export function promised(block: Block): string[] {
  return [...block.code.matchAll(/\/\/ prints: (.*)/g)].map(([, line = ""]) => line.trimEnd());
}
