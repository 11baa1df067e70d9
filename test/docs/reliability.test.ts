import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./markdown";

const page = readFileSync(join(ROOT, "docs/reliability.md"), "utf8");

/** Registers of breaks whose promises are this page's. */
const REGISTERS = [
  "faults",
  "fleet-and-interleavings",
  "crash",
  "browser-lifecycle",
  "soak",
  "security",
];

test("names tests that exist", () => {
  const named = [...page.matchAll(/`(test\/[^`]+\.test\.ts)`(?: "([^"]+)")?/g)];
  expect(named.length).toBeGreaterThan(30);
  const missing = named.filter(([, path = "", title = ""]) => {
    const file = join(ROOT, path);
    return !existsSync(file) || !readFileSync(file, "utf8").includes(title);
  });
  expect(missing.map(([all]) => all)).toEqual([]);
});

test("ends with every break of its promises", () => {
  const command = ["test/breaks/run.mjs", "--list", ...REGISTERS];
  const table = execFileSync(process.execPath, command, { cwd: ROOT, encoding: "utf8" });
  expect(page.endsWith(`\n\n${table}`), `node ${command.join(" ")} prints what belongs there`).toBe(
    true,
  );
});
