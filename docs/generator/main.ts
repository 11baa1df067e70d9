import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { CONFIG } from "./config";
import { outdated, outputs, problems } from "./outputs";

// npm runs scripts in the root of the repository.
const root = process.cwd();

const wrong = problems();
if (wrong.length === 0) {
  const made = outputs();
  if (process.argv.includes("--check")) wrong.push(...outdated(made, read, present()));
  else for (const [path, text] of made) write(path, text);
}
for (const line of wrong) process.stderr.write(`${line}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;

function read(path: string): string | undefined {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function write(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Definitions that are there already. */
function present(): string[] {
  const folder = join(root, CONFIG.definitions);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => posix.join(CONFIG.definitions, name));
}
