/**
 * Where a redis-server is: the machine's own, else Debian's packages, unpacked
 * beside the dependencies without being installed.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const HOW_TO_GET_IT = "there is no redis-server here; install the package redis-server";

export interface RedisCommand {
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = join(root, "node_modules/.cache/redis-server");
/** The server, and the libraries that bare images lack. */
const PACKAGES = ["redis-server", "redis-tools", "libatomic1", "libjemalloc2", "liblzf1"];
/** For one command: whoever has no network must not wait for long. */
const PATIENCE_MS = 30_000;

export async function findRedis(): Promise<RedisCommand | undefined> {
  const own = { command: "redis-server", env: process.env };
  if (await starts(own)) return own;
  if (!existsSync(FOLDER)) await unpack().catch(() => {});
  const unpacked = { command: join(FOLDER, "usr/bin/redis-server"), env: await environment() };
  return (await starts(unpacked)) ? unpacked : undefined;
}

async function starts({ command, env }: RedisCommand): Promise<boolean> {
  try {
    await run(command, ["--version"], { env, timeout: PATIENCE_MS });
    return true;
  } catch {
    return false;
  }
}

async function unpack(): Promise<void> {
  await mkdir(join(root, "node_modules/.cache"), { recursive: true });
  const staging = await mkdtemp(`${FOLDER}-`);
  const options = { cwd: staging, timeout: PATIENCE_MS };
  try {
    await run("apt-get", ["download", ...PACKAGES], options);
    for (const file of await readdir(staging)) {
      if (file.endsWith(".deb")) await run("dpkg", ["-x", file, "."], options);
    }
    await rename(staging, FOLDER);
  } finally {
    // Gone already, if all went well.
    await rm(staging, { recursive: true, force: true });
  }
}

async function environment(): Promise<NodeJS.ProcessEnv> {
  const libraries = join(FOLDER, "usr/lib");
  const folders = await readdir(libraries).catch(() => []);
  const path = [...folders.map((name) => join(libraries, name)), process.env["LD_LIBRARY_PATH"]];
  return { ...process.env, LD_LIBRARY_PATH: path.filter(Boolean).join(":") };
}
