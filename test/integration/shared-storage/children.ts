import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll } from "vitest";

/** Where a process finds what it shares. */
export interface Place {
  /** Of Redis. */
  readonly url?: string;
  /** Of the fs driver. */
  readonly folder?: string;
  /** Of Rollgate. */
  readonly server?: string;
  readonly persistPath?: string;
}

export interface Command {
  readonly name:
    | "get"
    | "set"
    | "hammer"
    | "init"
    | "flags"
    | "track"
    | "pending"
    | "offline"
    | "close";
  readonly args: readonly unknown[];
}

/** A process of a fleet. */
export interface Instance {
  do(name: Command["name"], ...args: unknown[]): Promise<unknown>;
  freeze(): void;
  thaw(): void;
  /** As a crash would. */
  kill(): Promise<void>;
}

const root = fileURLToPath(new URL("../../../", import.meta.url));
let folder = "";
const undo: (() => Promise<void>)[] = [];

beforeAll(async () => {
  // Inside the repository, so that the bundle finds its dependencies.
  const cache = join(root, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, "shared-storage-"));
  await build({
    entryPoints: [join(import.meta.dirname, "child.ts")],
    outfile: join(folder, "child.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    alias: {
      "rollgate/storage": join(root, "src/storage-adapters/index.ts"),
      rollgate: join(root, "src/index.ts"),
    },
    logLevel: "silent",
  });
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

export function startInstance(place: Place): Instance {
  const child = spawn(process.execPath, [join(folder, "child.mjs"), JSON.stringify(place)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  // What is said to one that was killed is lost.
  child.stdin.on("error", () => {});
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const gone = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await gone;
  };
  undo.push(kill);
  return {
    async do(name, ...args) {
      child.stdin.write(`${JSON.stringify({ name, args } satisfies Command)}\n`);
      const { value = '{"error":"it ended"}' } = await lines.next();
      const { result, error } = JSON.parse(value) as { result?: unknown; error?: string };
      if (error !== undefined) throw new Error(error);
      return result;
    },
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    kill,
  };
}
