import { watch } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { type Run, setUpCli } from "./kit";

const { path, run } = setUpCli();

const FLAGS = `{ "flags": { "x": { "enabled": true } } }`;

/** The base URL that a running server tells. */
async function urlOf(server: Run): Promise<string> {
  return (await server.saw(/on (http:\S+)/))[1] ?? "";
}

async function failure(args: readonly string[]): Promise<string> {
  const { ended, stderr, stdout } = run(args);
  expect([await ended, stdout()]).toEqual([2, ""]);
  return stderr();
}

describe("rollgate dev", () => {
  it("tells address, flags and key, then one line for each request", async () => {
    await writeFile(path("my.json"), FLAGS);
    const server = run(["dev", "--flags", "my.json", "--port", "0", "--api-key", "secret-1"]);
    const url = await urlOf(server);
    expect(server.stdout()).toContain("1 flag from my.json");
    expect(server.stdout()).toContain("API key  secret-1");

    const headers = { Authorization: "Bearer secret-1" };
    const answer = await fetch(`${url}/api/v1/sdk/flags?user_id=ann`, { headers });
    expect(await answer.json()).toEqual({ flags: { x: true } });
    await fetch(`${url}/api/v1/sdk/flags?token=secret-1`);
    await server.saw(/GET {6}\/api\/v1\/sdk\/flags +ann +200 .* ms\n/);
    await server.saw(/GET {6}\/api\/v1\/sdk\/flags +- +401 .* No API key was sent/);
    expect(server.stdout().split("secret-1").length).toBe(2);
    expect(server.stderr()).toBe("");
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends with exit code 0 at %s", async (signal) => {
    await writeFile(path("flags.json"), FLAGS);
    const server = run(["dev", "--port", "0"]);
    const url = await urlOf(server);
    const stream = await fetch(`${url}/api/v1/sdk/stream?token=dev-key`);
    server.child.kill(signal);
    expect(await server.ended).toBe(0);
    expect(server.stderr()).toBe("");
    await expect(stream.text()).rejects.toThrow("terminated");
  });

  it("tells what a saved file changed, and what is wrong with it", async () => {
    await writeFile(path("flags.json"), FLAGS);
    const server = run(["dev", "--port", "0"]);
    await urlOf(server);
    await writeFile(path("flags.json"), FLAGS.replace("true", "false"));
    await server.saw(/ {2}flags {2}changed: x$/m);
    await writeFile(path("flags.json"), FLAGS.replace("true", "maybe"));
    await server.saw(
      /flags {2}flags\.json:1:32: the file is no JSON here \(invalid symbol\)\. The last good flags stay in force\.$/m,
    );
  });

  it("writes an example with --init, serves it, and overwrites nothing", async () => {
    const server = run(["dev", "--init", "--port", "0"]);
    const url = await urlOf(server);
    expect(server.stdout()).toContain("Wrote an example to flags.json.");
    const headers = { Authorization: "Bearer dev-key" };
    const answer = await fetch(`${url}/api/v1/sdk/flags`, { headers });
    expect(await answer.json()).toEqual({
      flags: { "new-checkout": true, "beta-search": false, banner: true },
    });
    const before = await readFile(path("flags.json"), "utf8");
    expect(await failure(["dev", "--init"])).toBe(
      "rollgate: flags.json exists already: leave --init out to serve it.\n",
    );
    expect(await readFile(path("flags.json"), "utf8")).toBe(before);
  });

  it("streams the rules with --local-evaluation, and tells which flags it cannot", async () => {
    const conditions = [{ attribute: "segment", operator: "not_in", value: "s" }];
    const segments = { s: { conditions: [{ attribute: "age", operator: "gt", value: 1 }] } };
    const flags = { x: { enabled: true }, y: { enabled: true, rules: [{ conditions }] } };
    await writeFile(path("flags.json"), JSON.stringify({ flags, segments }));
    const server = run(["dev", "--port", "0", "--local-evaluation"]);
    const url = await urlOf(server);
    expect(server.stdout()).toMatch(/flags {2}y: .* the segment "s": .* the opposite of "gt"\n/);
    const stream = await fetch(`${url}/api/v1/sdk/stream?token=dev-key`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    const text = (await reader?.read())?.value ?? "";
    expect(text).toMatch(/^event: rules-full\ndata: \{"version":"[0-9a-f]{16}","flags":\{"x":\{/);
    expect(text).toContain('"y":null');
  });

  it("tells where the page is, and opens it with --open", async () => {
    await writeFile(path("flags.json"), FLAGS);
    const opened = path("opened");
    for (const opener of ["xdg-open", "open"]) {
      await writeFile(
        path(opener),
        `#!/bin/sh\nprintf %s "$1" > "${opened}.tmp" && mv "${opened}.tmp" "${opened}"\n`,
      );
      await chmod(path(opener), 0o755);
    }
    const isOpened = new Promise<void>((resolve) => {
      const watcher = watch(dirname(opened), (_, name) => {
        if (name !== "opened") return;
        watcher.close();
        resolve();
      });
    });
    const server = run(["dev", "--port", "0", "--open"], {
      PATH: `${dirname(opened)}:/bin:/usr/bin`,
    });
    const url = await urlOf(server);
    expect((await server.saw(/page {5}(http:\S+)/))[1]).toBe(`${url}/`);
    await isOpened;
    expect(await readFile(opened, "utf8")).toBe(`${url}/`);
    expect((await fetch(url)).status).toBe(503);
    expect(server.stdout()).not.toContain("No browser");
  });

  it("says so when no browser can be opened, and goes on", async () => {
    await writeFile(path("flags.json"), FLAGS);
    const none = run(["dev", "--port", "0", "--open"], { PATH: path("nothing") });
    await none.saw(
      /^No browser could be opened \((xdg-)?open: ENOENT\): open http:\S+ yourself\.$/m,
    );
    for (const opener of ["xdg-open", "open"]) {
      await writeFile(path(opener), "#!/bin/sh\nexit 3\n");
      await chmod(path(opener), 0o755);
    }
    const failing = run(["dev", "--port", "0", "--open"], { PATH: dirname(path("open")) });
    await failing.saw(/^No browser could be opened \((xdg-)?open: exit code 3\)/m);
    expect((await fetch(`${await urlOf(failing)}/__rollgate/state`)).status).toBe(200);
  });

  it("says where the page is not, and refuses to open it there", async () => {
    await writeFile(path("flags.json"), FLAGS);
    expect(await failure(["dev", "--open", "--host", "192.0.2.1"])).toBe(
      'rollgate: --open needs a --host that loopback names reach, such as 127.0.0.1, not "192.0.2.1".\n',
    );
    const server = run(["dev", "--port", "0", "--host", "0.0.0.0"]);
    expect((await server.saw(/page {5}(http:\S+)/))[1]).toMatch(/^http:\/\/localhost:\d+\/$/);
  });

  it("colours its lines where colours are wanted", async () => {
    await writeFile(path("flags.json"), FLAGS);
    const server = run(["dev", "--port", "0"], { FORCE_COLOR: "1" });
    await server.saw(/Ctrl-C stops it/);
    expect(server.stdout()).toContain("\u001b[32mRollgate dev server\u001b[39m");
  });
});

describe("one sentence and exit code 2", () => {
  it("for a port that is taken", async () => {
    await writeFile(path("flags.json"), FLAGS);
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    expect(await failure(["dev", "--port", String(port)])).toBe(
      `rollgate: Port ${port} of 127.0.0.1 is in use: choose another port, or stop the program that has it.\n`,
    );
    other.close();
  });

  it("for a flags file that is not there", async () => {
    expect(await failure(["dev"])).toBe(
      "rollgate: There is no flags.json here: name a flags file with --flags, or let --init write an example.\n",
    );
    expect(await failure(["dev", "--flags", "x.json"])).toBe(
      "rollgate: x.json: the file does not exist: create it with `npx rollgate dev --init`, or name another file.\n",
    );
  });

  it("for a flags file with a mistake", async () => {
    await writeFile(path("flags.json"), '{\n  "flags": { "x": { "enabled": 1 } }\n}');
    expect(await failure(["dev"])).toBe(
      "rollgate: flags.json:2:32: flags.x.enabled must be true or false, not 1.\n",
    );
  });

  it.each(["http", "-1", "65536", "1.5", ""])("for the port %j", async (port) => {
    expect(await failure(["dev", `--port=${port}`])).toBe(
      `rollgate: --port must be a whole number from 0 to 65535, not "${port}".\n`,
    );
  });

  it.each([
    [["dev", "--prot", "1"], "Unknown option '--prot': `rollgate dev --help` lists"],
    [["dev", "now"], "Unexpected argument 'now'"],
    [["dev", "--flags", "--port", "1"], "Option '--flags' argument is ambiguous: `rollgate dev"],
    [["dev", "--port"], "Option '--port <value>' argument missing: `rollgate dev --help` lists"],
    [["serve"], 'Unknown command "serve": `rollgate --help` lists what there is.'],
    [["--dev"], 'Unknown option "--dev": `rollgate --help` lists what there is.'],
    [["constructor"], 'Unknown command "constructor"'],
  ])("for %j", async (args, sentence) => {
    const complaint = await failure(args);
    expect(complaint.startsWith(`rollgate: ${sentence}`)).toBe(true);
    expect(complaint.trimEnd()).not.toContain("\n");
  });

  it("for an empty key", async () => {
    await writeFile(path("flags.json"), FLAGS);
    expect(await failure(["dev", "--api-key", ""])).toContain("--api-key must not be empty.");
  });
});

describe("rollgate", () => {
  it("explains itself, and its command", async () => {
    for (const args of [["--help"], ["-h"], ["help"]]) {
      const help = run(args);
      expect(await help.ended).toBe(0);
      expect(help.stdout()).toMatch(/Usage: rollgate <command> \[options\]\n\n {2}dev +serves/);
    }
    for (const args of [
      ["dev", "--help"],
      ["dev", "-h"],
    ]) {
      const help = run(args);
      expect(await help.ended).toBe(0);
      expect(help.stdout()).toMatch(/Usage: rollgate dev \[options\]\n\n {2}--flags <file>/);
    }
  });

  it("shows its help, and fails, when nothing was asked", async () => {
    const nothing = run([]);
    expect(await nothing.ended).toBe(2);
    expect(nothing.stdout()).toContain("Usage: rollgate <command>");
  });

  it("tells its version", async () => {
    const { version } = JSON.parse(await readFile("package.json", "utf8"));
    for (const option of ["--version", "-v"]) {
      const asked = run([option]);
      expect([await asked.ended, asked.stdout()]).toEqual([0, `${version}\n`]);
    }
  });
});
