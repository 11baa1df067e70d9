/**
 * Proves that the tests are awake: makes each promise of test/breaks/*.breaks.mjs false
 * in a copy of the project, one at a time, and expects the named test to fail.
 *
 *   node test/breaks/run.mjs [text…]         only breaks whose promise, file or test contains a text
 *   node test/breaks/run.mjs --list name…    a table of these registers, as docs/reliability.md has it
 */
import { fork } from "node:child_process";
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
/** For one break; fair on a machine that does other work, too. */
const MAX_MS = 240_000;

/** A process that runs tests in a copy of the project; one that hangs is replaced. */
class Tester {
  #copy;
  #child;

  constructor(copy) {
    this.#copy = copy;
  }

  async run(test, changed) {
    this.#child ??= await this.#start();
    const child = this.#child;
    let ended = "THE RUN ENDED BY ITSELF";
    const timer = setTimeout(() => {
      ended = "noticed, for it hangs";
      process.kill(-child.pid, "SIGKILL");
    }, MAX_MS);
    const outcome = await new Promise((done) => {
      child.once("message", done);
      child.once("exit", () => {
        this.#child = undefined;
        done(ended);
      });
      child.send({ test, changed });
    });
    clearTimeout(timer);
    child.removeAllListeners();
    return outcome;
  }

  stop() {
    this.#child?.disconnect();
  }

  async #start() {
    const path = join(this.#copy, "test/breaks/tester.mjs");
    const child = fork(path, { cwd: this.#copy, stdio: "ignore", detached: true });
    await new Promise((done, fail) => {
      child.once("message", done);
      child.once("exit", () => fail(new Error("Vitest does not start.")));
    });
    child.removeAllListeners();
    return child;
  }
}

const wanted = process.argv.slice(2);
if (wanted[0] === "--list") {
  console.log(await tableOf(wanted.slice(1)));
  process.exit(0);
}
const breaks = (await readBreaks()).filter(
  ({ promise, file, test }) =>
    wanted.length === 0 ||
    wanted.some((part) => [promise, file, test].some((text) => text.includes(part))),
);
const waiting = [...breaks.entries()];
const unnoticed = [];
// Most of the time tests wait.
const workers = Math.min(2 * availableParallelism(), 4, breaks.length);
await Promise.all(Array.from({ length: workers }, work));
console.log(`${breaks.length - unnoticed.length} of ${breaks.length} broken promises were noticed`);
process.exitCode = unnoticed.length === 0 && breaks.length > 0 ? 0 : 1;

async function readBreaks() {
  const names = readdirSync(join(root, "test/breaks"));
  return readRegisters(names.filter((name) => name.endsWith(".breaks.mjs")));
}

async function readRegisters(names) {
  const paths = names.map((name) => pathToFileURL(join(root, "test/breaks", name)));
  const modules = await Promise.all(paths.map((path) => import(path)));
  return modules.flatMap((module) => module.default);
}

async function tableOf(names) {
  const breaks = await readRegisters(names.map((name) => `${name}.breaks.mjs`));
  const rows = breaks.map(({ promise, file, test }) => [promise, `\`${file}\``, `\`${test}\``]);
  const lines = [["made false", "in", "noticed by"], ["---", "---", "---"], ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

async function work() {
  const copy = mkdtempSync(join(tmpdir(), "rollgate-breaks-"));
  try {
    for (const name of readdirSync(root)) {
      if (!NOT_COPIED.has(name)) cpSync(join(root, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    const tester = new Tester(copy);
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await tryBreak(copy, tester, ...next);
    }
    tester.stop();
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function tryBreak(copy, tester, index, { promise, file, from, to, test }) {
  const path = join(copy, file);
  const whole = readFileSync(path, "utf8");
  const began = Date.now();
  const outcome =
    whole.split(from).length === 2
      ? await withFile(
          path,
          whole,
          whole.replace(from, () => to),
          () => tester.run(test, path),
        )
      : "OUT OF DATE: the text to break is not there exactly once";
  const isNoticed = outcome.startsWith("noticed");
  if (!isNoticed) unnoticed.push(index);
  const seconds = ((Date.now() - began) / 1_000).toFixed(1);
  console.log(
    `${isNoticed ? "✓" : "✗"} ${promise}\n    ${file} → ${test}: ${outcome} (${seconds} s)`,
  );
}

async function withFile(path, whole, broken, act) {
  writeFileSync(path, broken);
  try {
    return await act();
  } finally {
    writeFileSync(path, whole);
  }
}
