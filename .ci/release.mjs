/**
 * Prepares a release: version, changelog, commit and tag. Publishing is a step of its
 * own, `npm publish`, which runs all checks and tests first (`prepublishOnly`) and, in
 * a CI that can vouch for it, attests where the package was built (`publishConfig`).
 *
 *   npm run release -- 0.2.0
 *   npm run release -- 0.2.0 --dry-run    says what it would do, and changes nothing
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILES = ["package.json", "package-lock.json", "src/version.ts", "CHANGELOG.md"];
const UNRELEASED = "## [Unreleased]\n";

const [version, ...flags] = process.argv.slice(2);
const dryRun = flags.includes("--dry-run");
const root = process.cwd();
const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
const read = (file) => readFileSync(join(root, file), "utf8");

const problems = [];
if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version ?? "")) {
  fail(["Give the version: npm run release -- 0.2.0"]);
}
const { version: current } = JSON.parse(read("package.json"));
if (compare(version, current) <= 0) problems.push(`${version} is not newer than ${current}.`);
if (git("status", "--porcelain") !== "")
  problems.push("The work tree has changes: commit them first.");
if (git("rev-parse", "--abbrev-ref", "HEAD") !== "main")
  problems.push("Releases are made from main.");
if (git("tag", "--list", `v${version}`) !== "")
  problems.push(`There is a tag v${version} already.`);
const notes = notesOf(read("CHANGELOG.md"));
if (notes === "") problems.push("CHANGELOG.md says nothing under [Unreleased].");
if (problems.length > 0) fail(problems);

const today = new Date().toISOString().slice(0, 10);
const changed = {
  "package.json": setVersion(read("package.json"), 1),
  // Its own version stands in it twice.
  "package-lock.json": setVersion(read("package-lock.json"), 2),
  "src/version.ts": read("src/version.ts").replace(`"${current}"`, `"${version}"`),
  "CHANGELOG.md": read("CHANGELOG.md").replace(
    UNRELEASED,
    `${UNRELEASED}\n## [${version}] - ${today}\n`,
  ),
};
const same = FILES.filter((file) => changed[file] === read(file));
if (same.length > 0) fail([`${same.join(", ")}: ${current} is not where it was expected.`]);

if (dryRun) {
  console.log(`Would release ${version} (now ${current}):\n\n${notes}`);
} else {
  for (const file of FILES) writeFileSync(join(root, file), changed[file]);
  git("add", ...FILES);
  git("commit", "--quiet", "--message", `Release ${version}`);
  git("tag", "--annotate", `v${version}`, "--message", `rollgate ${version}`);
  console.log(`Committed and tagged v${version}. Next: push both, then \`npm publish\`.`);
}

function setVersion(text, times) {
  const from = `"version": "${current}"`;
  let left = times;
  return text.replaceAll(from, (found) => (left-- > 0 ? `"version": "${version}"` : found));
}

function notesOf(changelog) {
  const start = changelog.indexOf(UNRELEASED);
  if (start < 0) return "";
  const rest = changelog.slice(start + UNRELEASED.length);
  return rest.slice(0, rest.indexOf("\n## [")).trim();
}

/** A pre-release comes before its release; two of them by their text. */
function compare(one, other) {
  const [core = "", pre] = one.split(/-(.*)/s);
  const [otherCore = "", otherPre] = other.split(/-(.*)/s);
  const [a, b] = [core, otherCore].map((text) => text.split(".").map(Number));
  for (const [index, number] of a.entries()) {
    if (number !== b[index]) return number - b[index];
  }
  if (pre === otherPre) return 0;
  if (pre === undefined) return 1;
  if (otherPre === undefined) return -1;
  return pre < otherPre ? -1 : 1;
}

function fail(lines) {
  for (const line of lines) console.error(line);
  process.exit(1);
}
