/**
 * A real Redis for tests, on a free port, with a folder of its own; ended after each test.
 *
 * ```ts
 * redisTest("keeps what …", async () => {
 *   const redis = await startRedis();
 *   const driver = redis.driver();       // unstorage's, with an ioredis connection of its own
 *   await redis.kill();                  // kill -9
 *   await redis.revive();                // the same port, empty
 *   redis.freeze(); redis.thaw();        // SIGSTOP, SIGCONT
 *   await redis.admin.info("commandstats");
 * });
 * ```
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import redisDriver from "unstorage/drivers/redis";
import { afterEach, test } from "vitest";
import { findRedis, HOW_TO_GET_IT } from "./redis-server";

const found = await findRedis();

/** A test that needs Redis; where there is none it is skipped, saying what is missing. */
export function redisTest(name: string, run: () => Promise<void>): void {
  if (found === undefined) test.skip(`${name}: ${HOW_TO_GET_IT}`, run);
  else test(name, run);
}

type RedisDriver = ReturnType<typeof redisDriver>;

export interface TestRedis {
  readonly url: string;
  /** A connection for the test itself. */
  readonly admin: Redis;
  /** Errors of the connection are the test's to expect: they are heard and dropped. */
  driver(options?: Parameters<typeof redisDriver>[0]): RedisDriver;
  kill(): Promise<void>;
  revive(): Promise<void>;
  freeze(): void;
  thaw(): void;
}

const undo: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

export async function startRedis(...args: string[]): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), "rollgate-redis-"));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  const { port, server: first } = await launchAnywhere(folder, args);
  let server = first;
  undo.push(() => end(server));
  const url = `redis://127.0.0.1:${port}`;
  const connect = (client: Redis) => {
    client.on("error", () => {});
    undo.push(() => client.disconnect());
    return client;
  };
  let admin: Redis | undefined;
  return {
    url,
    get admin() {
      admin ??= connect(new Redis(url));
      return admin;
    },
    driver(options = {}) {
      const driver = redisDriver({ url, ...options });
      connect(driver.getInstance?.() as Redis);
      return driver;
    },
    kill: () => end(server),
    async revive() {
      server = await launch(port, folder, args);
    },
    freeze: () => void process.kill(server.pid, "SIGSTOP"),
    thaw: () => void process.kill(server.pid, "SIGCONT"),
  };
}

async function launchAnywhere(folder: string, args: readonly string[]) {
  // Another process may take a port before Redis does.
  for (let left = 3; ; left--) {
    const port = await freePort();
    const server = await launch(port, folder, args).catch((error) => error as Error);
    if (!(server instanceof Error)) return { port, server };
    if (left === 0) throw server;
  }
}

/** Redis, and the shell that ends it when the test's process is gone, however that ended. */
interface Server {
  readonly shell: ChildProcess;
  readonly pid: number;
}

const SHELL = '"$@" & echo "pid=$!"; cat > /dev/null; kill -9 $!; wait';

async function launch(port: number, dir: string, args: readonly string[]): Promise<Server> {
  if (found === undefined) throw new Error(HOW_TO_GET_IT);
  const own = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", dir];
  const memoryOnly = ["--save", "", "--appendonly", "no"];
  const command = [found.command, ...own, ...memoryOnly, ...args];
  const shell = spawn("sh", ["-c", SHELL, "sh", ...command], {
    env: found.env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  let said = "";
  for await (const chunk of shell.stdout.iterator({ destroyOnReturn: false })) {
    said += String(chunk);
    if (said.includes("aborting")) break;
    if (!said.includes("Ready to accept connections")) continue;
    shell.stdout.resume();
    return { shell, pid: Number(/pid=(\d+)/.exec(said)?.[1]) };
  }
  shell.stdin.end();
  throw new Error(`Redis did not start: ${said}`);
}

async function end({ shell }: Server): Promise<void> {
  if (shell.exitCode !== null || shell.signalCode !== null) return;
  const gone = once(shell, "exit");
  shell.stdin?.end();
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
