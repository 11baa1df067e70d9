import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));

/** The dev server as anyone would start it: `rollgate dev`, in a process of its own. */
export class ServerProcess {
  #child: ChildProcess | undefined;
  readonly #flagsFile: string;
  readonly #apiKey: string;
  port = 0;

  constructor(flagsFile: string, apiKey: string) {
    this.#flagsFile = flagsFile;
    this.#apiKey = apiKey;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves when the server listens; the first time on any free port, then on the same one. */
  async start(): Promise<void> {
    const options = ["--flags", this.#flagsFile, "--api-key", this.#apiKey];
    const child = spawn(process.execPath, [CLI, "dev", ...options, "--port", String(this.port)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child = child;
    for await (const line of createInterface({ input: child.stdout })) {
      const port = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port === undefined) continue;
      this.port = Number(port);
      child.stdout.resume();
      return;
    }
    throw new Error("The dev server ended before it listened.");
  }

  /** No goodbye: what a crash or a pulled plug looks like. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** What the server has recorded. */
  async state(): Promise<{ readonly events: readonly unknown[] }> {
    const answer = await fetch(`${this.url}/__rollgate/state`);
    return (await answer.json()) as { events: readonly unknown[] };
  }
}
