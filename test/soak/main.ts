import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, platform, release } from "node:os";
import { parseArgs } from "node:util";
import { type Sample, takeSample } from "./sample";
import { SCENARIOS, type Scenario } from "./scenarios";

/** Where the last output is kept, between two marks. */
const PAGE = "docs/reliability.md";
const BEGIN = "<!-- the long run's last output -->";
const END = "<!-- end of it -->";

/** Tests that try again and again when they are told how often. */
const REPEATED = [
  "test/integration/crash",
  "test/browser/leaving.test.ts",
  "test/browser/killed.test.ts",
  "test/browser/hidden.test.ts",
];
const REPEATED_RUNS = process.env["ROLLGATE_SOAK_RUNS"] ?? "30";
const PROPERTY_RUNS = process.env["ROLLGATE_PROPERTY_RUNS"] ?? "5";

const { values } = parseArgs({
  options: {
    /** Only the traffic, not the tests that are repeated. */
    traffic: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

const HEADINGS = ["", "done", "heap", "sockets", "timers", "listeners"];

const rows: string[][] = [];
const results: string[] = [];
for (const one of SCENARIOS) await watch(one);
const output = [table(rows), "", ...results].join("\n");
console.log(output);
if (values.write) await write(output);
if (!values.traffic) await repeat();

async function watch({ name, total, run }: Scenario): Promise<void> {
  const started = performance.now();
  let looks = 0;
  const note = (what: string, done: string, sample: Sample) => {
    const { heap, sockets, timers, listeners } = sample;
    rows.push([
      what,
      done,
      `${(heap / 1e6).toFixed(2)} MB`,
      `${sockets}`,
      `${timers}`,
      `${listeners}`,
    ]);
  };
  note(name, "before", await takeSample(0));
  const words = await run(total, async ({ done, clock }) => {
    const sample = await takeSample(clock.pending().length);
    looks++;
    console.error(`${name}: ${done} of ${total}`);
    if (looks === 11) note("", "closed", sample);
    else if ([1, 2, 5, 10].includes(looks)) note("", done.toLocaleString("en"), sample);
  });
  const seconds = Math.round((performance.now() - started) / 1_000);
  results.push(`- ${name}, ${total.toLocaleString("en")} in ${seconds} s: ${words}.`);
}

/** The tests that depend on chance, many times over. */
async function repeat(): Promise<void> {
  const env = {
    ...process.env,
    ROLLGATE_SOAK_RUNS: REPEATED_RUNS,
    ROLLGATE_PROPERTY_RUNS: PROPERTY_RUNS,
  };
  const vitest = ["node_modules/vitest/vitest.mjs", "run", ...REPEATED, "test/properties"];
  const child = spawn(process.execPath, vitest, { env, stdio: "inherit" });
  const [code] = await once(child, "exit");
  process.exitCode = code ?? 1;
}

function table([...lines]: readonly string[][]): string {
  const cells = [HEADINGS, HEADINGS.map(() => "---"), ...lines];
  return cells.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

async function write(text: string): Promise<void> {
  const page = await readFile(PAGE, "utf8");
  const [before, after] = [page.split(BEGIN)[0], page.split(END)[1]];
  if (after === undefined)
    throw new Error(`${PAGE} has no place for the output: ${BEGIN}, ${END}.`);
  const date = new Date().toISOString().slice(0, 10);
  const model = cpus()[0]?.model.trim() || "a processor that does not say its name";
  const machine = `On ${date}, Node ${process.version}, ${availableParallelism()} cores of ${model}, ${platform()} ${release()}, load ${loadavg()[0]?.toFixed(1)}:`;
  await writeFile(PAGE, `${before}${BEGIN}\n${machine}\n\n${text}\n${END}${after}`);
  console.log(`Written to ${PAGE}.`);
}
