import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

export const root = resolve(import.meta.dirname, "../..");
/** Runtimes and the app that uses the package; not in the lock file, and gone with `node_modules`. */
export const cache = join(root, "node_modules/.cache/runtimes");
export const app = join(cache, "app");
const INSTALL_MS = 90_000;
/** Programs that the runtimes run. */
const PROGRAMS = join(import.meta.dirname, "programs");
const QUIET = ["--no-audit", "--no-fund", "--no-package-lock", "--prefer-offline"];

export const run = promisify(execFile);

/** Installs a package of the registry into a folder of its own, once. @returns that folder. */
export async function install(spec) {
  const folder = join(cache, spec.replace(/[@/]/g, "-"));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  if (!existsSync(join(folder, "node_modules", nameOf(spec)))) {
    await run("npm", ["install", ...QUIET, spec], { cwd: folder, timeout: INSTALL_MS });
  }
  return folder;
}

/** The version of what was installed by that name. */
export function versionOf(folder, spec) {
  const path = join(folder, "node_modules", nameOf(spec), "package.json");
  return JSON.parse(readFileSync(path, "utf8")).version;
}

/** The first of the files that is there; a `*` stands for any text within a name. */
export function find(folder, ...candidates) {
  const found = candidates.flatMap((path) => expand(join(folder, "node_modules"), path.split("/")));
  if (found[0] === undefined) throw new Error(`none of ${candidates.join(", ")} is there`);
  return found[0];
}

function expand(folder, [part, ...rest]) {
  if (part === undefined) return [folder];
  if (!existsSync(folder)) return [];
  const [before, after] = part.split("*");
  const fits = (name) => name.startsWith(before) && name.endsWith(after);
  const names = part.includes("*") ? readdirSync(folder).filter(fits) : [part];
  return names
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .flatMap((path) => expand(path, rest));
}

/** Builds and packs the package, and installs it into an empty app, as its users do. */
export async function installPackage() {
  const tsup = join(root, "node_modules/tsup/dist/cli-default.js");
  await run(process.execPath, [tsup, "--no-dts", "--silent"], { cwd: root, timeout: INSTALL_MS });
  mkdirSync(app, { recursive: true });
  const packing = ["pack", "--json", "--ignore-scripts", "--pack-destination", cache];
  const { stdout } = await run("npm", packing, { cwd: root, timeout: INSTALL_MS });
  writeFileSync(join(app, "package.json"), '{ "private": true }');
  const tarball = join(cache, JSON.parse(stdout)[0].filename);
  const force = ["--ignore-scripts", "--force"];
  await run("npm", ["install", ...QUIET, ...force, tarball], { cwd: app, timeout: INSTALL_MS });
  cpSync(PROGRAMS, app, { recursive: true });
}

const nameOf = (spec) => spec.replace(/(?<=.)@.*$/, "");
