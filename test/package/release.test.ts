/** The release script, in repositories of its own. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("../../.ci/release.mjs", import.meta.url));
const CHANGELOG =
  "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Wings.\n\n## [0.1.0] - 2026-01-01\n\n- Eggs.\n";

async function repository(changelog = CHANGELOG) {
  const folder = await mkdtemp(join(tmpdir(), "rollgate-release-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const git = async (...args: string[]) =>
    (
      await run("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
        cwd: folder,
      })
    ).stdout.trim();
  const read = (file: string) => readFile(join(folder, file), "utf8");
  const write = (file: string, text: string) => writeFile(join(folder, file), text);
  await mkdir(join(folder, "src"));
  await write("package.json", `{ "name": "x", "version": "0.1.0" }`);
  const lock = {
    version: "0.1.0",
    packages: { "": { version: "0.1.0" }, a: { version: "0.1.0" } },
  };
  await write("package-lock.json", JSON.stringify(lock, null, 2));
  await write("src/version.ts", `export const VERSION = "0.1.0";\n`);
  await write("CHANGELOG.md", changelog);
  await git("init", "--quiet", "--initial-branch", "main");
  await git("config", "user.name", "t");
  await git("config", "user.email", "t@example.com");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "start");
  const release = async (...args: string[]) => {
    const options = { cwd: folder };
    return run(process.execPath, [SCRIPT, ...args], options).then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      ({ code, stderr }) => ({ code: code as number, text: stderr as string }),
    );
  };
  return { git, read, write, release };
}

test("a release is a commit and a tag: the version everywhere, the notes under it", async () => {
  const { git, read, release } = await repository();
  expect(await release("0.2.0")).toMatchObject({ code: 0 });
  expect(JSON.parse(await read("package.json")).version).toBe("0.2.0");
  expect(JSON.parse(await read("package-lock.json"))).toEqual({
    version: "0.2.0",
    packages: { "": { version: "0.2.0" }, a: { version: "0.1.0" } },
  });
  expect(await read("src/version.ts")).toBe(`export const VERSION = "0.2.0";\n`);
  const today = new Date().toISOString().slice(0, 10);
  expect(await read("CHANGELOG.md")).toContain(
    `## [Unreleased]\n\n## [0.2.0] - ${today}\n\n### Added\n\n- Wings.\n\n## [0.1.0]`,
  );
  expect(await git("status", "--porcelain")).toBe("");
  expect(await git("describe")).toBe("v0.2.0");
});

test("a rehearsal says what it would do, and changes nothing", async () => {
  const { git, release } = await repository();
  const { code, text } = await release("0.2.0", "--dry-run");
  expect(code).toBe(0);
  expect(text).toContain("0.2.0 (now 0.1.0)");
  expect(text).toContain("- Wings.");
  expect(await git("log", "--oneline")).toMatch(/^\w+ start$/);
});

test.each([
  ["no version", [], "Give the version"],
  ["no version's text", ["next"], "Give the version"],
  ["an older version", ["0.0.9"], "0.0.9 is not newer than 0.1.0"],
  ["the same version", ["0.1.0"], "0.1.0 is not newer than 0.1.0"],
  ["its own pre-release", ["0.1.0-beta.1"], "is not newer than 0.1.0"],
])("refuses %s", async (_, args, words) => {
  const { release } = await repository();
  expect(await release(...args)).toEqual({ code: 1, text: expect.stringContaining(words) });
});

test("refuses changes that are not committed, another branch, a tag that is there, and no notes", async () => {
  const { git, write, release } = await repository(
    CHANGELOG.replace("### Added\n\n- Wings.\n\n", ""),
  );
  await git("tag", "v0.2.0");
  await git("checkout", "--quiet", "-b", "feature");
  await write("package.json", `{ "name": "y", "version": "0.1.0" }`);
  const { code, text } = await release("0.2.0");
  expect(code).toBe(1);
  for (const words of ["commit them first", "from main", "tag v0.2.0 already", "says nothing"]) {
    expect(text).toContain(words);
  }
});
