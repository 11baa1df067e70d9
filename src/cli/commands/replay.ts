import { readFile } from "node:fs/promises";
import pc from "picocolors";
import type { Colors } from "picocolors/types";
import { version } from "../../../package.json";
import { vocabularies } from "../../anatomy/vocabulary";
import { printable } from "../../dev-server/format-request";
import type { Command } from "../command";
import { parseArguments } from "../parse-options";
import { parseReport, type Report } from "../replay/report";
import { type Entry, timeline } from "../replay/timeline";
import { unknownNames } from "../replay/unknown-names";
import { UsageError } from "../usage-error";

const HELP = `Prints the state changes of a report as a table, and marks those whose machine,
state or event this version does not have.

Usage: rollgate replay <file>

  <file>    what client.exportDiagnostics() returned, or getTransitions(), as JSON
  --help    shows this

Exit code: 0, or 1 when something is marked.`;

/** `rollgate replay`: the timeline of a diagnostics report. */
export const replay: Command = {
  name: "replay",
  summary: "shows a diagnostics report as a timeline",

  async run(args, terminal) {
    const { values, positionals } = parseArguments("replay", args, {
      help: { type: "boolean", short: "h" },
    });
    if (values.help === true) {
      terminal.print(HELP);
      return 0;
    }
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) {
      throw new UsageError("Say which report to show: `rollgate replay <file>`.");
    }
    const report = parseReport(await read(file), printable(file));
    const known = vocabularies();
    const entries = report.transitions.map((transition) => ({
      transition,
      unknown: unknownNames(transition, known),
    }));
    for (const line of linesOf(report, entries, pc)) terminal.print(line);
    return entries.some(({ unknown }) => unknown.length > 0) ? 1 : 0;
  },
};

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${printable(file)} cannot be read (${code ?? String(error)}).`);
  }
}

function linesOf({ about }: Report, entries: readonly Entry[], colors: Colors): string[] {
  const marked = entries.filter(({ unknown }) => unknown.length > 0).length;
  return [
    ...(about === undefined ? [] : [...headOf(about, colors), ""]),
    ...(entries.length === 0 ? ["No state has changed."] : timeline(entries, colors)),
    "",
    marked === 0
      ? `${counted(entries.length)}, all known to the machines of ${version}.`
      : colors.red(
          `${marked} of ${counted(entries.length)} unknown to the machines of ${version}.`,
        ),
  ];
}

function headOf({ sdk, runtime, at, state }: NonNullable<Report["about"]>, colors: Colors) {
  const made = `${new Date(at).toISOString().replace("T", " ").slice(0, 23)} UTC`;
  const other = sdk === version ? "" : `; the machines here are those of ${version}`;
  const states = Object.entries(state).filter(([, value]) => typeof value === "string");
  return [
    colors.bold(`rollgate ${printable(sdk, 20)} on ${printable(runtime)}, ${made}${other}`),
    states
      .map(([name, value]) => `${printable(name, 20)} ${printable(String(value), 40)}`)
      .join(" · "),
  ];
}

function counted(count: number): string {
  return `${count} ${count === 1 ? "transition" : "transitions"}`;
}
