import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./markdown";

const PAGE = "docs/reliability.md";
const page = readFileSync(join(ROOT, PAGE), "utf8");

/** Registers of breaks whose promises are this page's. */
const REGISTERS = [
  "faults",
  "fleet-and-interleavings",
  "crash",
  "browser-lifecycle",
  "soak",
  "security",
];

interface Break {
  readonly promise: string;
  readonly file: string;
  readonly test: string;
}

test("names tests that exist", () => {
  const named = [...page.matchAll(/`(test\/[^`]+\.test\.ts)`(?: "([^"]+)")?/g)];
  expect(named.length).toBeGreaterThan(30);
  const missing = named.filter(([, path = "", title = ""]) => {
    const file = join(ROOT, path);
    return !existsSync(file) || !readFileSync(file, "utf8").includes(title);
  });
  expect(missing.map(([all]) => all)).toEqual([]);
});

test("lists every break of its promises", async () => {
  const breaks: Break[] = [];
  for (const name of REGISTERS) {
    breaks.push(...(await import(`../breaks/${name}.breaks.mjs`)).default);
  }
  const rows = breaks.map(
    ({ promise, file, test }) =>
      `| ${promise.replaceAll("|", "\\|")} | \`${file}\` | \`${test}\` |`,
  );
  const [, list = ""] = page.split("| made false | in | noticed by |\n| --- | --- | --- |\n");
  expect(list.trim().split("\n")).toEqual(rows);
});
