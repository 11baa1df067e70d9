import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import pc from "picocolors";
import { EXAMPLE_FLAGS_FILE } from "../../dev-server/flags-file/example";
import { isLoopbackHost } from "../../dev-server/http/loopback";
import { start } from "../../dev-server/start";
import type { Command, Terminal } from "../command";
import { openPage } from "../open-page";
import { parseOptions, parsePort } from "../parse-options";
import { UsageError } from "../usage-error";

const HELP = `Serves feature flags from a file, to Rollgate's SDKs on this machine, and a page
that shows what they do.

Usage: rollgate dev [options]

  --flags <file>      the flags file                              (flags.json)
  --port <number>     the port to listen on; 0 takes a free one   (4400)
  --host <address>    the address to listen on                    (127.0.0.1)
  --api-key <key>     the key that clients must send              (dev-key)
  --local-evaluation  streams the rules, for clients that evaluate by themselves
  --init              writes an example flags file first
  --open              opens the devtools page in the default browser
  --help              shows this

Saving the file pushes the change to connected clients. docs/flags-file.md
describes the file, docs/dev-server.md the page and how to rehearse an outage.`;

/** `rollgate dev`: the dev server, until Ctrl-C. */
export const dev: Command = {
  name: "dev",
  summary: "serves feature flags from a file, to SDKs on this machine",

  async run(args, terminal) {
    const options = parseOptions("dev", args, {
      flags: { type: "string" },
      port: { type: "string", default: "4400" },
      host: { type: "string", default: "127.0.0.1" },
      "api-key": { type: "string", default: "dev-key" },
      "local-evaluation": { type: "boolean", default: false },
      init: { type: "boolean" },
      open: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    });
    if (options.help === true) {
      terminal.print(HELP);
      return 0;
    }
    const port = parsePort(options.port);
    const apiKey = options["api-key"];
    if (apiKey === "") throw new UsageError("--api-key must not be empty.");
    const hasPage = isReachableByLoopback(options.host);
    if (options.open && !hasPage) {
      throw new UsageError(
        `--open needs a --host that loopback names reach, such as 127.0.0.1, not "${options.host}".`,
      );
    }
    const flags = options.flags ?? "flags.json";
    if (options.init === true) await writeExample(flags, terminal);
    else if (options.flags === undefined) requireDefaultFile(flags);

    const log = terminal.print;
    const localEvaluation = options["local-evaluation"];
    const server = await start(
      { flags, port, host: options.host, apiKey, log, localEvaluation },
      pc,
    );
    const count = Object.keys(server.flags.flags).length;
    const page = hasPage ? `${server.url}/` : undefined;
    terminal.print(banner(server.url, apiKey, flags, count, page));
    if (options.open && page !== undefined) openPage(page, terminal.print);
    await terminal.interrupted;
    await server.close();
    return 0;
  },
};

/** Whether names that can only mean this machine lead to an address, as the page wants. */
function isReachableByLoopback(host: string): boolean {
  return isLoopbackHost(host) || host === "0.0.0.0" || host === "::";
}

function banner(
  url: string,
  apiKey: string,
  file: string,
  count: number,
  page: string | undefined,
): string {
  const noun = count === 1 ? "flag" : "flags";
  return [
    `${pc.bold(pc.green("Rollgate dev server"))} on ${pc.bold(url)}`,
    `  flags    ${count} ${noun} from ${file}, read again when saved`,
    `  API key  ${apiKey}`,
    `  page     ${page ?? "answers to loopback names only, and none leads to this --host"}`,
    pc.dim("  Ctrl-C stops it."),
    "",
  ].join("\n");
}

async function writeExample(path: string, terminal: Terminal): Promise<void> {
  try {
    await writeFile(path, EXAMPLE_FLAGS_FILE, { flag: "wx" });
    terminal.print(`Wrote an example to ${path}.`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UsageError(
      code === "EEXIST"
        ? `${path} exists already: leave --init out to serve it.`
        : `${path} cannot be written (${code ?? String(error)}).`,
    );
  }
}

function requireDefaultFile(path: string): void {
  if (existsSync(path)) return;
  throw new UsageError(
    `There is no ${path} here: name a flags file with --flags, or let --init write an example.`,
  );
}
