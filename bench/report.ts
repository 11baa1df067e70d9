import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, platform, release } from "node:os";
import type { Row } from "./harness/row";
import { bundleCells, cellsOf, contestCells, HEADINGS, markdownTable } from "./harness/table";
import type { BundleSize } from "./rows/bundles";

const PATH = "docs/performance.md";

const NOT_MEASURED = [
  "Browsers, other processors, and other versions of Node: the table is one machine's.",
  "The hash of browsers, which is written in JavaScript; the table has Node's.",
  "Networks other than the loopback of one machine.",
  "Rollgate's own SDK for Node, and others that are not in the npm registry.",
  "Processors under full load, and processes whose code has seen many kinds of clients.",
];

/** Writes the table down, with all that a reader needs to judge it. @returns where. */
export async function writeReport(
  rows: readonly Row[],
  sizes: readonly BundleSize[],
): Promise<string> {
  const profile = await readFile("bench/profile.md", "utf8");
  await writeFile(PATH, reportOf(rows, sizes, profile));
  return PATH;
}

function reportOf(rows: readonly Row[], sizes: readonly BundleSize[], profile: string): string {
  const notes = rows.flatMap(({ what, note }) => (note === undefined ? [] : `${what}: ${note}`));
  return `# Performance

${machine()}

From a clone, \`npm ci && npm run bench\` installs the other clients, builds the package, measures it and prints this table, in two to three minutes; \`npm run bench -- --write\` writes this page, and \`-- --only local\` measures one group of rows.

${markdownTable([HEADINGS, ...rows.filter(({ of }) => of === undefined).map(cellsOf)])}

## Next to others

Each client in a process of its own, used as its documentation says, over loopback, with the flags that its own service would send. Evaluations are in multiples of \`Map.get\`, the rest of what a hand-written fetch, parse and compare takes in the same process; in brackets half of the rounds, then what one takes, and the bytes that it allocates. "A user not seen before" is evaluated by rules in the process, half of the users by a hash. A client that answers by promise is waited for. Unleash's update is what its timer does; LaunchDarkly's is a whole set by its stream, which is the only way to make it ask now.

${markdownTable(contestCells(rows))}

In a page, minified and gzipped by esbuild:

${markdownTable(bundleCells(sizes))}

## How it is measured

The built package, through its public API. Each group of rows has a process of its own. In it, what is measured and its reference run in turns, some milliseconds each, after a warm-up; each round gives one ratio. The table shows the median of the ratios and between which values half of them lie; the times are medians, too. A bar holds for the median. \`Map.get\` is a bare lookup in a map with as many keys, 64 of which are asked for in turn. Bytes are what one operation allocates, or, in the rows on the heap, what stays after a collection.

${list(notes)}
${profile}
## What was not measured

${list(NOT_MEASURED)}`;
}

function machine(): string {
  const date = new Date().toISOString().slice(0, 10);
  const model = cpus()[0]?.model.trim() || "a processor that does not say its name";
  return `Measured on ${date} with Node ${process.version} on ${availableParallelism()} cores of ${model}, ${platform()} ${release()}, shared with other work: ${loadavg()[0]?.toFixed(1)} processes wanted to run on average. Where many do, single rows move by a third from run to run.`;
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}\n`).join("");
}
