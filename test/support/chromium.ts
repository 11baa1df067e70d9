/**
 * A real Chromium for tests, from npm alone: nothing has to be installed on the
 * machine beyond `npm ci`, not even the shared libraries that bare images lack.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
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
  const folder = await unpackedChromium();
  const executablePath = join(folder, "chromium");
  const env = await environment(executablePath, join(folder, "al2023", "lib"));
  return chromium.launch({ executablePath, headless: true, args: ARGS, env });
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
