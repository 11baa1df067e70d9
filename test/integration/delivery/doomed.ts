/** Clients in processes of their own that are killed, and what they leave behind. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "tsup";
import { afterAll, afterEach, beforeAll } from "vitest";
import { API_KEY } from "../../support/client";
import { until } from "../../support/events";

/** What a parent tells its child. */
export type Order =
  | { readonly do: "track"; readonly names: readonly string[] }
  | { readonly do: "flush" | "die when flushed" | "die recording" | "die discarding" };

/** A process with a client of its own, whose unsent events are persisted. */
export interface Doomed {
  /** Resolves when the order is carried out; a flush has begun then. */
  tell(order: Order): Promise<void>;
  /** Ends it as `kill -9` does, unless it is dead already. */
  kill(): Promise<void>;
  /** Resolves when it is dead. */
  readonly dead: Promise<unknown>;
}

let directory = "";
const children = new Set<ChildProcess>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "rollgate-doomed-"));
  await build({
    entry: { child: join(import.meta.dirname, "child.ts") },
    outDir: directory,
    format: "esm",
    outExtension: () => ({ js: ".mjs" }),
    noExternal: [/.*/],
    config: false,
    silent: true,
  });
});

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** An empty place for what a client keeps, gone after the test file. */
export async function persistPlace(): Promise<string> {
  return join(await mkdtemp(join(directory, "place-")), "flags.json");
}

/** Starts a process whose client is initialised. */
export async function startDoomed(url: string, persistPath: string): Promise<Doomed> {
  const child = fork(join(directory, "child.mjs"), [API_KEY, url, persistPath], { execArgv: [] });
  children.add(child);
  const dead = once(child, "exit");
  await once(child, "message");
  return {
    dead,
    async tell(order) {
      const done = once(child, "message");
      child.send(order);
      await done;
    },
    async kill() {
      child.kill("SIGKILL");
      await dead;
    },
  };
}

/** The names of the events in all outboxes there, sorted; what is written but not in place does not count. */
export async function recorded(persistPath: string): Promise<string[]> {
  const place = join(persistPath, "..");
  const files = (await readdir(place)).filter((name) => /\.outbox-[^.]*$/.test(name));
  const texts = await Promise.all(
    // It may be gone since.
    files.map((name) => readFile(join(place, name), "utf8").catch(() => "")),
  );
  return texts
    .flatMap((text) => [...text.matchAll(/"eventName":"([^"]*)"/g)].map(([, name = ""]) => name))
    .sort();
}

/** Waits until exactly those events are recorded as unsent. */
export async function untilRecorded(persistPath: string, names: readonly string[]): Promise<void> {
  const wanted = JSON.stringify([...names].sort());
  await until(async () => JSON.stringify(await recorded(persistPath)) === wanted);
}
