import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { GROUPS } from "./groups";
import type { Row } from "./harness/row";
import { assertConsumed } from "./harness/subject";
import { bundleCells, cellsOf, contestCells, HEADINGS, textTable } from "./harness/table";
import { writeReport } from "./report";
import { bundleSizes } from "./rows/bundles";

const SELF = fileURLToPath(import.meta.url);

const { values } = parseArgs({
  options: {
    group: { type: "string" },
    only: { type: "string", multiple: true },
    write: { type: "boolean", default: false },
  },
});

if (values.group === undefined) await measureAll();
else await measureHere(values.group);

/** Each group in a process of its own: what one makes the compiler believe is nothing to the next. */
async function measureAll(): Promise<void> {
  const rows: Row[] = [];
  for (const name of wanted()) {
    console.error(`measuring ${name} …`);
    rows.push(...(await measureApart(name)));
  }
  console.log(textTable([HEADINGS, ...rows.filter(({ of }) => of === undefined).map(cellsOf)]));
  console.log(textTable(contestCells(rows)));
  const sizes = values.only === undefined ? await bundleSizes() : [];
  if (sizes.length > 0) console.log(textTable(bundleCells(sizes)));
  if (values.write) console.log(`Written to ${await writeReport(rows, sizes)}.`);
}

/** Groups by name, or by the beginning of several. */
function wanted(): string[] {
  const { only } = values;
  const names = [...GROUPS.keys()];
  return only === undefined
    ? names
    : names.filter((name) => only.some((one) => name.startsWith(one)));
}

async function measureApart(name: string): Promise<Row[]> {
  const child = fork(SELF, [`--group=${name}`], { execArgv: ["--expose-gc"] });
  let rows: Row[] | undefined;
  child.on("message", (message) => {
    rows = message as Row[];
  });
  const [code] = await once(child, "exit");
  if (rows === undefined) throw new Error(`Measuring ${name} ended with ${code}.`);
  return rows;
}

async function measureHere(name: string): Promise<void> {
  const measure = GROUPS.get(name);
  if (measure === undefined) throw new Error(`There is no group "${name}".`);
  const rows = await measure();
  assertConsumed();
  process.send?.(rows, () => process.exit(0));
}
