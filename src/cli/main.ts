import { version } from "../../package.json";
import { RollgateError } from "../errors/rollgate-error";
import type { Command, Terminal } from "./command";
import { dev } from "./commands/dev";
import { UsageError } from "./usage-error";

/** Exit code for everything that the person at the keyboard can put right. */
const USAGE = 2;

const COMMANDS: readonly Command[] = [dev];

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
    if (!(error instanceof UsageError || error instanceof RollgateError)) throw error;
    complain(error.message);
    return USAGE;
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
