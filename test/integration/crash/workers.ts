/** Clients in processes of their own that work at random and are killed at any moment. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { build } from "tsup";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { Line, Work } from "./lines";

export interface Worker {
  readonly name: string;
  readonly pid: number;
  /** What it has told so far; all it ever told once it is {@link gone}. */
  readonly lines: readonly Line[];
  /** Resolves with the next line that passes, or with nothing when it ends before. */
  saw(filter: (line: Line) => boolean): Promise<Line | undefined>;
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>;
  /** Has it close its client as an app does. */
  stop(): Promise<void>;
  /** Resolves when it has ended, whichever way, and everything it told has been read. */
  readonly gone: Promise<void>;
}

let home = "";
const running = new Set<ChildProcess>();

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "rollgate-crash-"));
  await build({
    entry: { child: join(import.meta.dirname, "child.ts") },
    outDir: home,
    format: "esm",
    outExtension: () => ({ js: ".mjs" }),
    noExternal: [/.*/],
    config: false,
    silent: true,
  });
});

afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});

afterAll(() => rm(home, { recursive: true, force: true }));

/** An empty place for what clients keep, gone after the test file. */
export async function newPlace(): Promise<string> {
  const directory = join(await mkdtemp(join(home, "place-")), "kept");
  await mkdir(directory, { mode: 0o700 });
  return join(directory, "flags.json");
}

/** Waits until it had so many more beats, or is gone. */
export async function untilBeats(worker: Worker, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await worker.saw(({ is }) => is === "beat");
}

/** Starts a process that works until it is killed or stopped. */
export function startWorker(work: Work): Worker {
  const child = spawn(process.execPath, [join(home, "child.mjs"), JSON.stringify(work)], {
    stdio: ["ignore", "inherit", "inherit", "pipe", "ipc"],
  });
  running.add(child);
  const lines: Line[] = [];
  const listeners = new Set<(line: Line | undefined) => void>();
  const reader = createInterface({ input: child.stdio[3] as Readable });
  reader.on("line", (text) => {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    for (const listener of [...listeners]) listener(line);
  });
  let over = false;
  const gone = Promise.all([once(child, "exit"), once(reader, "close")]).then(() => {
    running.delete(child);
    over = true;
    for (const listener of [...listeners]) listener(undefined);
  });
  return {
    name: work.name,
    pid: child.pid ?? 0,
    lines,
    gone,
    saw: (filter) =>
      new Promise((resolve) => {
        if (over) return resolve(undefined);
        const listener = (line: Line | undefined) => {
          if (line !== undefined && !filter(line)) return;
          listeners.delete(listener);
          resolve(line);
        };
        listeners.add(listener);
      }),
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
    async stop() {
      if (child.connected) child.send("stop");
      await gone;
    },
  };
}
