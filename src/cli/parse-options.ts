import { type ParseArgsConfig, parseArgs } from "node:util";
import { UsageError } from "./usage-error";

type OptionSpecs = NonNullable<ParseArgsConfig["options"]>;
type Parsed<Specs extends OptionSpecs> = ReturnType<
  typeof parseArgs<{ options: Specs; args: string[]; strict: true; allowPositionals: false }>
>["values"];

/** Reads `--option value` pairs. @throws UsageError that points to the command's help */
export function parseOptions<const Specs extends OptionSpecs>(
  command: string,
  args: readonly string[],
  options: Specs,
): Parsed<Specs> {
  return parseArguments(command, args, options, false).values;
}

/** The same, and what stands there without an option's name. @throws UsageError */
export function parseArguments<const Specs extends OptionSpecs>(
  command: string,
  args: readonly string[],
  options: Specs,
  allowPositionals = true,
): { values: Parsed<Specs>; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals });
  } catch (error) {
    // Node adds hints about `--` after the first sentence; they would mislead here.
    const [sentence] = (error as Error).message.split(/\.?\s*\n|\. /);
    // What was meant to be an API key may be taken for something else.
    const shown = sentence?.replace(/sb_(server|client)_[^'\s]*/g, "sb_$1_…");
    throw new UsageError(`${shown}: \`rollgate ${command} --help\` lists what there is.`);
  }
}

/** Reads a TCP port. @throws UsageError */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--port must be a whole number from 0 to 65535, not "${text}".`);
}
