import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "./markdown";

interface Run {
  readonly code: number | null;
  readonly stderr: string;
}

let folder: string;

beforeAll(async () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const [, entry = ""] = /^esbuild (\S+) /.exec(scripts["machines"]) ?? [];
  // Inside the repository, so that the bundle finds its dependencies.
  const cache = join(ROOT, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, "machines-"));
  await build({
    entryPoints: [join(ROOT, entry)],
    outfile: join(folder, "main.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function machines(...args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(folder, "main.mjs"), ...args],
      { cwd: folder },
      (_, __, stderr) => resolve({ code: child.exitCode, stderr }),
    );
  });
}

describe("npm run machines", () => {
  it("writes the page and the definitions, which --check then accepts", async () => {
    const { code, stderr } = await machines("--check");
    expect(code).toBe(1);
    expect(stderr).toContain("docs/machines.md is out of date: npm run machines\n");
    expect(await machines()).toEqual({ code: 0, stderr: "" });
    expect(await machines("--check")).toEqual({ code: 0, stderr: "" });
    const made = ["docs/machines.md", ...definitions(folder)];
    expect(made).toEqual(["docs/machines.md", ...definitions(ROOT)]);
    for (const file of made) {
      expect(readFileSync(join(folder, file), "utf8")).toBe(readFileSync(join(ROOT, file), "utf8"));
    }
  });

  it("has --check name what was changed by hand, and what is left over", async () => {
    expect((await machines()).code).toBe(0);
    writeFileSync(join(folder, "docs/machines/hold.json"), "{}\n");
    writeFileSync(join(folder, "docs/machines/old.json"), "{}\n");
    expect(await machines("--check")).toEqual({
      code: 1,
      stderr: [
        "docs/machines/hold.json is out of date: npm run machines\n",
        "docs/machines/old.json belongs to no machine of stately.config.json: remove it.\n",
      ].join(""),
    });
  });
});

function definitions(root: string): string[] {
  return readdirSync(join(root, "docs/machines"))
    .sort()
    .map((name) => `docs/machines/${name}`);
}
