import { readFile, writeFile } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import { Failure } from "../../../src/cli/failure";
import { explainFailure } from "../../../src/cli/flag-types/explain-failure";
import { flagTypesOfServer } from "../../../src/cli/flag-types/from-server";
import { type DevServer, type FlagsFile, startDevServer } from "../../../src/dev-server";
import { createRawServer, type RawHandler } from "../../support/raw-server";
import { setUpCli } from "./kit";

const { path, run } = setUpCli();

const KEY = "sb_server_very-secret";
const FLAGS: FlagsFile = {
  flags: {
    theme: { enabled: true, type: "json", defaultValue: { mode: "light" } },
    limit: { enabled: false, type: "number" },
    checkout: { enabled: true },
    banner: { enabled: false, type: "string", variations: [{ id: "v", value: "hi" }] },
  },
};
const BODY = `
declare module "rollgate" {
  interface RollgateFlags {
    "banner": string;
    "checkout": boolean;
    "limit": number;
    "theme": JsonValue;
  }
}
`;
const madeFrom = (origin: string, head = 'import type { JsonValue } from "rollgate";') =>
  `// Made by \`rollgate types\` from ${origin}.\n// Run it again when flags are added or removed; changes made by hand are lost.\n${head}\n`;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function serve(flags: FlagsFile, apiKey = KEY): Promise<DevServer> {
  const server = await startDevServer({ flags, apiKey });
  open.push(server);
  return server;
}

/** A server that is none of Rollgate's. */
async function listen(handler: RawHandler): Promise<string> {
  const server = await createRawServer(handler);
  open.push(server);
  return server.url;
}

const answering = (status: number, body: string, headers: Record<string, string> = {}) =>
  listen((_, response) => {
    response.writeHead(status, headers).end(body);
  });

async function outcome(...args: string[]) {
  const { ended, stdout, stderr } = run(["types", ...args]);
  const code = await ended;
  expect(stdout() + stderr()).not.toContain("secret");
  return { code, stdout: stdout(), stderr: stderr() };
}

const fromServer = (url: string) => outcome("--url", url, "--api-key", KEY);

/** The one sentence that a failing server is told in. */
async function failure(url: string): Promise<string> {
  const { code, stdout, stderr } = await fromServer(url);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr.trimEnd()).not.toContain("\n");
  return stderr.replace("rollgate: ", "").replaceAll(url, "<url>").trimEnd();
}

describe("rollgate types --flags", () => {
  it("declares every flag of a file with the type of its value, in order of the keys", async () => {
    await writeFile(path("flags.json"), `${JSON.stringify(FLAGS)} // a comment`);
    const { code, stdout, stderr } = await outcome("--flags", "flags.json");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(madeFrom("flags.json") + BODY);
  });

  it("writes to a file, in place of what is there", async () => {
    await writeFile(path("f.json"), '{"flags":{"only":{"enabled":true}}}');
    await writeFile(path("flags.d.ts"), "old");
    const { code, stdout } = await outcome("--flags", "f.json", "--out", "flags.d.ts");
    expect([code, stdout]).toEqual([0, "Wrote 1 flag to flags.d.ts.\n"]);
    const text = await readFile(path("flags.d.ts"), "utf8");
    expect(text).toBe(
      `${madeFrom("f.json", "export {};")}\ndeclare module "rollgate" {\n  interface RollgateFlags {\n    "only": boolean;\n  }\n}\n`,
    );
  });

  it("tells a mistake in the file, and a file that is not there, with exit code 2", async () => {
    await writeFile(path("bad.json"), '{"flags":{"x":{"enabled":1}}}');
    expect(await outcome("--flags", "bad.json")).toEqual({
      code: 2,
      stdout: "",
      stderr: "rollgate: bad.json:1:26: flags.x.enabled must be true or false, not 1.\n",
    });
    const missing = await outcome("--flags", "none.json");
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/^rollgate: none\.json: the file does not exist: .*\n$/);
  });

  it("tells where it cannot write, with exit code 2", async () => {
    await writeFile(path("flags.json"), '{"flags":{}}');
    expect(await outcome("--flags", "flags.json", "--out", "no/such/folder.d.ts")).toEqual({
      code: 2,
      stdout: "",
      stderr: "rollgate: no/such/folder.d.ts cannot be written (ENOENT).\n",
    });
  });
});

describe("rollgate types --url", () => {
  it("asks the server for the types of its flags, on or off, with the key", async () => {
    const server = await serve(FLAGS);
    const { code, stdout, stderr } = await fromServer(server.url);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(madeFrom(`${server.url}/`) + BODY);
    expect(server.requests.map(({ path: asked, status }) => [asked, status])).toEqual([
      ["/api/v1/sdk/v2/flags", 200],
    ]);
  });

  it("takes all flags for boolean where the server has no typed ones", async () => {
    const url = await listen((request, response) => {
      const isOld = request.url === "/base/api/v1/sdk/flags";
      const isAllowed = request.headers.authorization === `Bearer ${KEY}`;
      response
        .writeHead(isOld && isAllowed ? 200 : 404)
        .end(isOld ? '{"flags":{"b":true,"a":false}}' : "404 page not found");
    });
    const { code, stdout } = await fromServer(`${url}/base/`);
    expect([code, stdout]).toEqual([
      0,
      `${madeFrom(`${url}/base/`, "export {};")}\ndeclare module "rollgate" {\n  interface RollgateFlags {\n    "a": boolean;\n    "b": boolean;\n  }\n}\n`,
    ]);
  });

  it("writes nothing when the server fails, and what was there stays", async () => {
    await writeFile(path("flags.d.ts"), "old");
    const url = await answering(500, "");
    const { code } = await outcome("--url", url, "--api-key", KEY, "--out", "flags.d.ts");
    expect(code).toBe(1);
    expect(await readFile(path("flags.d.ts"), "utf8")).toBe("old");
  });
});

describe("a server that fails is told in one sentence with exit code 1:", () => {
  it("one that refuses the key, without the key", async () => {
    const server = await serve(FLAGS, "another");
    expect(await failure(server.url)).toBe("<url> refuses the API key (status 401).");
    expect(await failure(await answering(403, KEY))).toBe(
      "<url> refuses the API key (status 403).",
    );
  });

  it("one that cannot be reached", async () => {
    const { url, close } = await createRawServer(() => {});
    await close();
    expect(await failure(url)).toBe("No answer from <url> (ECONNREFUSED).");
  });

  it.each([
    [200, "<html></html>", "<url> gave no usable answer: The answer with status 200 is HTML."],
    [200, "{", "<url> gave no usable answer: The answer with status 200 is not valid JSON."],
    [200, "{}", "<url> gave no usable answer: The answer holds no `flags` object."],
    [
      200,
      '{"flags":{"x":{"value":true}}}',
      '<url> gave no usable answer: The answer gives the flag "x" no type.',
    ],
    [
      200,
      `{"flags":{"${KEY}\\u001b":true}}`,
      '<url> gave no usable answer: The answer gives the flag "[redacted]\\u001b" no type.',
    ],
    [
      404,
      "",
      "<url> answered with status 404: The server has no such endpoint or resource (status 404).",
    ],
    [
      503,
      `{"error":{"message":"Down for ${KEY}."}}`,
      "<url> answered with status 503: Down for [redacted].",
    ],
  ])("one that answers %i and %s", async (status, body, sentence) => {
    expect(await failure(await answering(status, body))).toBe(sentence);
  });

  it("one that does not answer", async () => {
    const patience = new AbortController();
    const url = await listen(() => patience.abort());
    const asked = flagTypesOfServer(url, KEY, patience.signal).catch((error) =>
      explainFailure(error, url, KEY),
    );
    expect(await asked).toEqual(new Failure(`${url} gave no complete answer in time.`));
  });

  it("one that redirects, which is not followed", async () => {
    const url = await answering(308, "", { Location: "http://elsewhere.invalid/x" });
    expect(await failure(url)).toBe(
      "The server redirects to http://elsewhere.invalid, which is not followed: set --url to the final address.",
    );
  });
});

describe("a command line that makes no sense is told in one sentence with exit code 2:", () => {
  it.each([
    [[], "Say where the flags are: either --flags <file> or --url <address>."],
    [["--flags", "f.json", "--url", "http://x", "--api-key", KEY], "Say where the flags are:"],
    [["--url", "http://localhost"], "--url needs the server's key, --api-key <key>"],
    [["--url", "http://localhost", "--api-key", ""], "--url needs the server's key"],
    [["--flags", "f.json", "--api-key", KEY], "--url needs the server's key"],
    [["--url", "localhost:4400", "--api-key", KEY], "--url must be an http or https address"],
    [["--url", "", "--api-key", KEY], "--url must be an http or https address"],
    [["--url", `http://u:${KEY}@localhost`, "--api-key", KEY], "--url must be an http or https"],
    [["--url", `http://localhost?token=${KEY}`, "--api-key", KEY], "--url must be an http or"],
    [
      ["--url", "http://localhost", "--api-key", `${KEY}\n`],
      "--api-key holds characters that cannot",
    ],
    [["--url", "http://localhost", "--api-key=", KEY], "Unexpected argument 'sb_server_…'"],
    [["--key", KEY], "Unknown option '--key': `rollgate types --help` lists what there is."],
  ])("%j", async (args, sentence) => {
    const { code, stdout, stderr } = await outcome(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.startsWith(`rollgate: ${sentence}`)).toBe(true);
    expect(stderr.trimEnd()).not.toContain("\n");
  });
});

it("rollgate types --help explains itself", async () => {
  const { code, stdout } = await outcome("--help");
  expect(code).toBe(0);
  expect(stdout).toMatch(/\nUsage: rollgate types --flags <file> \[--out <file>\]\n/);
});
