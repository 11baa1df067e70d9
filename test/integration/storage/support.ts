import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "tsup";
import { afterAll, afterEach } from "vitest";

/** What a parent asks of its child. */
export interface Call {
  readonly id: number;
  readonly path: string;
  readonly method: "setMany" | "adopt" | "save" | "release";
  readonly args: readonly unknown[];
}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** A process of its own that has the storage room. */
export interface Child {
  readonly pid: number;
  call(path: string, method: Call["method"], ...args: unknown[]): Promise<unknown>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

const directories: string[] = [];
const children: ChildProcess[] = [];
let script: Promise<string> | undefined;

/** An empty directory that is gone after the test file. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "rollgate-storage-"));
  directories.push(directory);
  return directory;
}

afterAll(async () => {
  for (const directory of directories) await rm(directory, { recursive: true, force: true });
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function bundleChild(): Promise<string> {
  const outDir = await temporaryDirectory();
  await build({
    entry: { child: join(import.meta.dirname, "child.ts") },
    outDir,
    format: "esm",
    outExtension: () => ({ js: ".mjs" }),
    config: false,
    silent: true,
  });
  return join(outDir, "child.mjs");
}

/** Starts a {@link Child}. */
export async function startChild(): Promise<Child> {
  script ??= bundleChild();
  const process = fork(await script, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: [],
  });
  children.push(process);
  await once(process, "message");
  const waiting = new Map<number, (reply: Reply) => void>();
  process.on("message", (reply: Reply) => waiting.get(reply.id)?.(reply));
  let lastId = 0;
  return {
    pid: process.pid as number,
    call(path, method, ...args) {
      const id = ++lastId;
      process.send({ id, path, method, args } satisfies Call);
      return new Promise((resolve, reject) => {
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id);
          if (error === undefined) resolve(result);
          else reject(new Error(error));
        });
      });
    },
    async kill() {
      const gone = once(process, "exit");
      process.kill("SIGKILL");
      await gone;
    },
  };
}

/** The names in a directory, sorted. */
export async function namesIn(directory: string): Promise<string[]> {
  return (await readdir(directory)).sort();
}
