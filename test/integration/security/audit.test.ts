import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { RawHandler } from "../../support/raw-server";
import { serve } from "../http/support";

const AUDIT = join(import.meta.dirname, "../../../.ci/audit.mjs");
const ADVISORY = {
  id: 1,
  url: "about:blank",
  title: "A hole",
  severity: "high",
  vulnerable_versions: "*",
};

/** Audits against a registry of our own. */
async function audit(answer: RawHandler, ...args: string[]) {
  const registry = await serve(answer);
  const env = { ...process.env, npm_config_registry: registry.url, npm_execpath: "" };
  return new Promise<{ code: number | null; said: string; asked: string[] }>((resolve) => {
    const child = execFile(process.execPath, [AUDIT, ...args], { env }, (_, stdout, stderr) =>
      resolve({
        code: child.exitCode,
        said: stdout + stderr,
        asked: registry.requests.map(({ url }) => url),
      }),
    );
  });
}

const says =
  (status: number, body: unknown): RawHandler =>
  ({ method }, response) => {
    const isAudit = method === "POST";
    response
      .writeHead(isAudit ? status : 404, { "content-type": "application/json" })
      .end(JSON.stringify(isAudit ? body : {}));
  };

it("passes when the registry knows no vulnerability", async () => {
  const { code, said, asked } = await audit(says(200, {}));
  expect([code, asked.length]).toEqual([0, 1]);
  expect(said).toContain("Known vulnerabilities were looked up.");
  expect(said).not.toContain("NOT LOOKED UP");
});

it("fails when what apps install has a known vulnerability", async () => {
  const { code, said } = await audit(says(200, { ky: [ADVISORY] }));
  expect(code).toBe(1);
  expect(said).toContain("✗ ky has a known vulnerability (high)");
});

it.each([
  [405, [], 0],
  [405, ["--strict"], 1],
  [500, [], 0],
])(
  "says loudly that a registry that answers %d was no help; with %j the code is %d",
  async (status, args, expected) => {
    const { code, said } = await audit(says(status, { error: "no" }), ...args);
    expect(code).toBe(expected);
    expect(said).toContain("! KNOWN VULNERABILITIES WERE NOT LOOKED UP");
    expect(said).toContain("packages are installed with this one: eventsource-parser,");
  },
);
