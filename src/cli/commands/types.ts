import { writeFile } from "node:fs/promises";
import { printable } from "../../dev-server/format-request";
import type { Command, Terminal } from "../command";
import { declarationOf, type FlagTypes } from "../flag-types/declaration";
import { explainFailure } from "../flag-types/explain-failure";
import { flagTypesOfFile } from "../flag-types/from-file";
import { flagTypesOfServer } from "../flag-types/from-server";
import { parseOptions } from "../parse-options";
import { UsageError } from "../usage-error";

const HELP = `Writes a TypeScript file that declares your flags: with it in a program, a
misspelt key, or a getter for another type of value, does not compile.

Usage: rollgate types --flags <file> [--out <file>]
       rollgate types --url <address> --api-key <key> [--out <file>]

  --flags <file>   reads the flags from a flags file
  --url <address>  asks a server for them
  --api-key <key>  the key for that server
  --out <file>     where to write, in place of what is there   (standard output)
  --help           shows this`;

/** How long a server may take to answer, in milliseconds. */
const DEADLINE_MS = 30_000;

/** `rollgate types`: TypeScript declarations of all flags. */
export const types: Command = {
  name: "types",
  summary: "writes TypeScript declarations of your flags",

  async run(args, terminal) {
    const options = parseOptions("types", args, {
      flags: { type: "string" },
      url: { type: "string" },
      "api-key": { type: "string" },
      out: { type: "string" },
      help: { type: "boolean", short: "h" },
    });
    if (options.help === true) {
      terminal.print(HELP);
      return 0;
    }
    const { flags: file, url, "api-key": apiKey, out } = options;
    if ((file === undefined) === (url === undefined)) {
      throw new UsageError("Say where the flags are: either --flags <file> or --url <address>.");
    }
    if ((url === undefined) !== (apiKey === undefined) || apiKey === "") {
      throw new UsageError("--url needs the server's key, --api-key <key>, and nothing else does.");
    }
    if (file !== undefined) return write(await flagTypesOfFile(file), file, out, terminal);
    const address = parseAddress(url ?? "");
    const flags = await ask(address, apiKey ?? "");
    return write(flags, address, out, terminal);
  },
};

async function ask(address: string, apiKey: string): Promise<FlagTypes> {
  try {
    return await flagTypesOfServer(address, apiKey, AbortSignal.timeout(DEADLINE_MS));
  } catch (error) {
    throw explainFailure(error, new URL(address).origin, apiKey);
  }
}

async function write(
  flags: FlagTypes,
  origin: string,
  out: string | undefined,
  terminal: Terminal,
): Promise<number> {
  const text = declarationOf(flags, printable(origin));
  if (out === undefined) {
    terminal.print(text);
    return 0;
  }
  try {
    await writeFile(out, `${text}\n`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UsageError(`${out} cannot be written (${code ?? String(error)}).`);
  }
  terminal.print(`Wrote ${flags.size} ${flags.size === 1 ? "flag" : "flags"} to ${out}.`);
  return 0;
}

/** Reads a server's base address; nothing of it is repeated, since a key may be in it. @throws UsageError */
function parseAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
  if (url !== undefined && isWeb && url.href === url.origin + url.pathname) return url.href;
  throw new UsageError("--url must be an http or https address, without user, query or fragment.");
}
