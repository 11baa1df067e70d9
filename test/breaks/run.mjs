/**
 * Proves that the tests are awake: makes each promise of test/breaks/*.breaks.mjs false
 * in a copy of the project, one at a time, and expects the named test to fail.
 *
 *   node test/breaks/run.mjs [text…]    only breaks whose promise, file or test contains a text
 */
import { spawn } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const root = resolve(import.meta.dirname, "../..");
const NOT_COPIED = new Set(["node_modules", "dist", ".git", "coverage"]);
/** Fair on a machine that does other work, too: a run loads and transforms everything anew. */
const MAX_MS = 240_000;
/** What a broken promise leaves waiting is given up sooner than in an ordinary run. */
const TEST_MS = 10_000;

const wanted = process.argv.slice(2);
const breaks = (await readBreaks()).filter(
  ({ promise, file, test }) =>
    wanted.length === 0 ||
    wanted.some((part) => [promise, file, test].some((text) => text.includes(part))),
);
const waiting = [...breaks.entries()];
const unnoticed = [];
const workers = Math.min(availableParallelism(), 2, breaks.length);
await Promise.all(Array.from({ length: workers }, work));
console.log(`${breaks.length - unnoticed.length} of ${breaks.length} broken promises were noticed`);
process.exitCode = unnoticed.length === 0 && breaks.length > 0 ? 0 : 1;

async function readBreaks() {
  const folder = join(root, "test/breaks");
  const files = readdirSync(folder).filter((name) => name.endsWith(".breaks.mjs"));
  const modules = await Promise.all(files.map((name) => import(pathToFileURL(join(folder, name)))));
  return modules.flatMap((module) => module.default);
}

async function work() {
  const copy = mkdtempSync(join(tmpdir(), "rollgate-breaks-"));
  try {
    for (const name of readdirSync(root)) {
      if (!NOT_COPIED.has(name)) cpSync(join(root, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    for (let next = waiting.shift(); next; next = waiting.shift()) await tryBreak(copy, ...next);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function tryBreak(copy, index, { promise, file, from, to, test }) {
  const path = join(copy, file);
  const whole = readFileSync(path, "utf8");
  const outcome =
    whole.split(from).length === 2
      ? await withFile(
          path,
          whole,
          whole.replace(from, () => to),
          () => runTest(copy, test),
        )
      : "OUT OF DATE: the text to break is not there exactly once";
  if (outcome !== "noticed") unnoticed.push(index);
  console.log(`${outcome === "noticed" ? "✓" : "✗"} ${promise}\n    ${file} → ${test}: ${outcome}`);
}

async function withFile(path, whole, broken, act) {
  writeFileSync(path, broken);
  try {
    return await act();
  } finally {
    writeFileSync(path, whole);
  }
}

/** A test that cannot even be loaded proves nothing: at least one must have run and failed. */
async function runTest(copy, test) {
  const report = join(copy, "breaks-report.json");
  rmSync(report, { force: true });
  const args = [
    "node_modules/vitest/vitest.mjs",
    "run",
    test,
    "--bail=1",
    `--testTimeout=${TEST_MS}`,
  ];
  const child = spawn(process.execPath, [...args, "--reporter=json", `--outputFile=${report}`], {
    cwd: copy,
    stdio: "ignore",
  });
  const timer = setTimeout(() => child.kill(), MAX_MS);
  const code = await new Promise((done) => child.on("exit", done));
  clearTimeout(timer);
  if (code === 0) return "NOT NOTICED";
  try {
    const { numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
    return numFailedTests > 0 ? "noticed" : "NO TEST FAILED, though the run did";
  } catch {
    return code === null ? "noticed" : "THE RUN FAILED BEFORE ANY TEST";
  }
}
