/**
 * A real Chromium for tests, from npm alone: nothing has to be installed on the
 * machine beyond `npm ci`, not even the shared libraries that bare images lack.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** None of @sparticuz/chromium's own: those turn web security off. */
const ARGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Starts a headless browser; close it. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ ...(await command()), headless: true });
}

/** Starts a headless browser that slows down hidden pages as it does for users, after ten seconds. */
export async function launchThrottlingChromium(): Promise<Browser> {
  const { args, ...rest } = await command();
  const own = ["--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/10"];
  return chromium.launch({
    ...rest,
    args: [...args, ...own],
    headless: true,
    // Playwright's own, against it.
    ignoreDefaultArgs: [
      "--disable-background-timer-throttling",
      "--disable-renderer-backgrounding",
      "--disable-backgrounding-occluded-windows",
    ],
  });
}

/** Where a whole Chromium may be: the one from npm is a headless shell, which has no back-forward cache. */
const WHOLE = [process.env["ROLLGATE_CHROMIUM"], "/usr/bin/chromium"].find(
  (path) => path !== undefined && existsSync(path),
);

/** Starts a whole browser with its back-forward cache on; absent where there is none. */
export const launchWholeChromium =
  WHOLE === undefined
    ? undefined
    : (): Promise<Browser> =>
        chromium.launch({
          executablePath: WHOLE,
          // Playwright's own headless mode is the shell's.
          headless: false,
          args: [...ARGS, "--headless=new"],
          ignoreDefaultArgs: ["--disable-back-forward-cache"],
        });

/** A browser that can be killed, and started again with the profile that it left. */
export interface KillableChromium {
  readonly browser: Browser;
  /** At once, with all its processes. */
  kill(): Promise<void>;
}

/** Starts a headless browser with the profile in that folder. */
export async function launchKillableChromium(profile: string): Promise<KillableChromium> {
  const { executablePath, args, env } = await command();
  const own = ["--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`];
  // Of a process group of its own, which goes as a whole.
  const child = spawn(executablePath, [...args, ...own, "about:blank"], {
    env,
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "exit");
  const kill = async () => {
    const lives = child.exitCode === null && child.signalCode === null;
    if (lives && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await ended;
  };
  try {
    return { browser: await chromium.connectOverCDP(await addressOf(child.stderr)), kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** Where a browser says that it can be driven. */
async function addressOf(stderr: Readable): Promise<string> {
  let said = "";
  for await (const chunk of stderr.iterator({ destroyOnReturn: false })) {
    said += String(chunk);
    const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
    if (address === undefined) continue;
    stderr.resume();
    return address;
  }
  throw new Error(`The browser did not start: ${said}`);
}

async function command() {
  const folder = await unpackedChromium();
  const executablePath = join(folder, "chromium");
  const env = await environment(executablePath, join(folder, "al2023", "lib"));
  return { executablePath, args: ARGS, env };
}

/** Where the browser is unpacked; done once for each version, by whoever comes first. */
async function unpackedChromium(): Promise<string> {
  const { version } = JSON.parse(
    await readFile(join(root, "node_modules/@sparticuz/chromium/package.json"), "utf8"),
  );
  const cache = join(root, "node_modules/.cache");
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;

  await mkdir(cache, { recursive: true });
  const staging = await mkdtemp(join(cache, "chromium-"));
  // It unpacks into the folder for temporary files, not safely against another that does the same;
  // believing to be on Amazon's servers, it brings shared libraries along.
  const env = { ...process.env, TMPDIR: staging, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" };
  const code = `import chromium from "@sparticuz/chromium"; await chromium.executablePath();`;
  await run(process.execPath, ["--input-type=module", "-e", code], { cwd: root, env });
  try {
    await rename(staging, folder);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** The environment in which the browser finds all its libraries: the machine's own, if it has them. */
async function environment(executable: string, libraries: string): Promise<Record<string, string>> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  const { stdout } = await run("ldd", [executable]).catch(() => ({ stdout: "not found" }));
  if (!stdout.includes("not found")) return env;
  const path = [libraries, env["LD_LIBRARY_PATH"]].filter(Boolean).join(":");
  return { ...env, LD_LIBRARY_PATH: path };
}
