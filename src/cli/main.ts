import { version } from "../../package.json";
import { RollgateError } from "../errors/rollgate-error";
import type { Command, Terminal } from "./command";
import { dev } from "./commands/dev";
import { replay } from "./commands/replay";
import { types } from "./commands/types";
import { Failure } from "./failure";
import { UsageError } from "./usage-error";

/** Exit code for everything that the person at the keyboard can put right. */
const USAGE = 2;
/** Exit code for everything else that went wrong. */
const FAILED = 1;

const COMMANDS: readonly Command[] = [dev, types, replay];

/**
 * Runs one command line.
 *
 * @param args without the program's own name
 * @returns the exit code
 */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  complain: (sentence: string) => void,
): Promise<number> {
  try {
    return await run(args, terminal);
  } catch (error) {
    const isUsage = error instanceof UsageError || error instanceof RollgateError;
    if (!isUsage && !(error instanceof Failure)) throw error;
    complain(error.message);
    return isUsage ? USAGE : FAILED;
  }
}

async function run([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    terminal.print(help());
    return name === undefined ? USAGE : 0;
  }
  if (name === "--version" || name === "-v") {
    terminal.print(version);
    return 0;
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (command !== undefined) return command.run(args, terminal);
  const kind = name.startsWith("-") ? "option" : "command";
  throw new UsageError(`Unknown ${kind} "${name}": \`rollgate --help\` lists what there is.`);
}

function help(): string {
  const commands = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`);
  return [
    `rollgate ${version}: feature flags`,
    "",
    "Usage: rollgate <command> [options]",
    "",
    ...commands,
    "",
    "  --help     shows this; after a command, its options",
    "  --version  shows the version",
  ].join("\n");
}
