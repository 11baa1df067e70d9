import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CONFIG } from "./config";
import { outdated, outputs, problems } from "./outputs";

// npm runs scripts in the root of the repository.
const root = process.cwd();

const wrong = problems();
if (wrong.length === 0) {
  const made = outputs();
  if (process.argv.includes("--check")) wrong.push(...outdated(made, read), ...leftOver(made));
  else write(made);
}
for (const line of wrong) process.stderr.write(`${line}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;

function read(path: string): string | undefined {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
