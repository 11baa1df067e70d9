import { writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { version } from "../../../package.json";
import { createClient } from "../../support/client";
import { startRollgateServer } from "../../support/rollgate-server";
import { setUpCli } from "./kit";

const { path, run } = setUpCli();

const FIRST = { seq: 1, actor: "connection", from: "off", to: "polling", event: "start", at: 0 };

/** What a command prints of a file with that content. */
async function replay(content: unknown, env?: NodeJS.ProcessEnv) {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  await writeFile(path("report.json"), text);
  const { ended, stdout, stderr } = run(["replay", "report.json"], env);
  return { code: await ended, stdout: stdout(), stderr: stderr() };
}

it("shows the whole life of a client, all of it known", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { enableStreaming: true, telemetry: {} });
  await client.init({ id: "ann" });
  server.answerOnce("flags", { status: 500 });
  await client.refresh().catch(() => {});
  client.track({ flagKey: "beta", eventName: "seen" });
  await client.flushEvents();
  client.setOffline(true);
  await client.close();
  const report = client.exportDiagnostics();
  const { code, stdout } = await replay(report);
  const [head, states, blank, headings, ...rows] = stdout.split("\n");
  expect(head).toMatch(`rollgate ${version} on node ${process.version}, 20`);
  expect(states).toContain("connection closed");
  expect(blank).toBe("");
  expect(headings).toMatch(/^seq +time \(UTC\) +since +machine +from → to +event$/);
  const shown = rows.slice(0, report.transitions.length);
  for (const [index, { seq, actor, from, to, event, at }] of report.transitions.entries()) {
    const row = shown[index] ?? "";
    const time = new Date(at).toISOString().slice(11, 23);
    expect(row).toMatch(new RegExp(`^${seq} +${time} `));
    expect(row.replace(/ +/g, " ")).toContain(` ${actor} ${from} → ${to} ${event}`);
  }
  expect(rows.slice(shown.length)).toEqual([
    "",
    `${report.transitions.length} transitions, all known to the machines of ${version}.`,
    "",
  ]);
  expect(code).toBe(0);
});

it("tells how long after the one before each came", async () => {
  const at = (ms: number) => ({ ...FIRST, at: ms });
  const { stdout } = await replay([at(0), at(120), at(3_520), at(128_520), at(8_000_000), at(0)]);
  const times = stdout.split("\n").slice(1, 7);
  expect(times.map((row) => row.split(/ {2,}/).slice(1, 3))).toEqual([
    ["00:00:00.000", "connection"],
    ["00:00:00.120", "+120 ms"],
    ["00:00:03.520", "+3.4 s"],
    ["00:02:08.520", "+2 min 5 s"],
    ["02:13:20.000", "+2 h 11 min"],
    ["00:00:00.000", "−2 h 13 min"],
  ]);
});

it.each([
  ["machine", { actor: "conection" }, 'no machine "conection"'],
  ["region", { actor: "connection.pols" }, 'no machine "connection.pols"'],
  ["source", { from: "of" }, 'no state "of"'],
  ["target", { to: "poling" }, 'no state "poling"'],
  ["event", { event: "begin" }, 'no event "begin"'],
  ["state of another region", { to: "paused" }, 'no state "paused"'],
  ["event of another machine", { event: "batch.settled" }, 'no event "batch.settled"'],
])("marks a transition with an unknown %s and ends with 1", async (_, wrong, words) => {
  const { code, stdout } = await replay([FIRST, { ...FIRST, seq: 2, ...wrong }]);
  const rows = stdout.split("\n");
  expect(rows[1]).not.toContain("←");
  expect(rows[2]).toMatch(`← ${words}`);
  expect(rows[4]).toBe(`1 of 2 transitions unknown to the machines of ${version}.`);
  expect(code).toBe(1);
});

it("says when the report is of another version", async () => {
  const about = { format: "rollgate-diagnostics", sdk: "0.0.9", runtime: "x", at: 0, state: {} };
  const { stdout, code } = await replay({ ...about, transitions: [] });
  expect(stdout).toBe(
    `rollgate 0.0.9 on x, 1970-01-01 00:00:00.000 UTC; the machines here are those of ${version}\n\n\nNo state has changed.\n\n0 transitions, all known to the machines of ${version}.\n`,
  );
  expect(code).toBe(0);
});

it("lets no control characters of a report reach the terminal", async () => {
  const { stdout } = await replay([{ ...FIRST, actor: "\u001b[2Jx", event: "a\nb" }]);
  expect(stdout).not.toContain("\u001b");
  expect(stdout.split("\n")).toHaveLength(5);
});

it("is coloured where colours are wanted", async () => {
  const { stdout } = await replay([{ ...FIRST, to: "x" }], { FORCE_COLOR: "1" });
  expect(stdout).toContain("\u001b[31m");
});

it.each([
  ["nothing", "", "report.json is not JSON: save what client.exportDiagnostics() returns."],
  ["no JSON", "{", "report.json is not JSON: save what client.exportDiagnostics() returns."],
  [
    "something else",
    { flags: {} },
    'report.json is not what client.exportDiagnostics() or getTransitions() returns: see "format".',
  ],
  [
    "a transition that lacks something",
    [FIRST, { ...FIRST, to: undefined }],
    'report.json is not what client.exportDiagnostics() or getTransitions() returns: see "1.to".',
  ],
  [
    "a time beyond all calendars",
    [{ ...FIRST, at: 1e300 }],
    'report.json is not what client.exportDiagnostics() or getTransitions() returns: see "0.at".',
  ],
])("refuses %s in one sentence", async (_, content, sentence) => {
  const { code, stderr, stdout } = await replay(content);
  expect([code, stderr, stdout]).toEqual([2, `rollgate: ${sentence}\n`, ""]);
});

it.each([
  [["replay"], "Say which report to show: `rollgate replay <file>`."],
  [["replay", "a", "b"], "Say which report to show: `rollgate replay <file>`."],
  [["replay", "none.json"], "none.json cannot be read (ENOENT)."],
  [
    ["replay", "--port", "1"],
    "Unknown option '--port': `rollgate replay --help` lists what there is.",
  ],
])("refuses %j", async (args, sentence) => {
  const { ended, stderr } = run(args);
  expect([await ended, stderr()]).toEqual([2, `rollgate: ${sentence}\n`]);
});

it("shows its help", async () => {
  const { ended, stdout } = run(["replay", "--help"]);
  expect(await ended).toBe(0);
  expect(stdout()).toContain("Usage: rollgate replay <file>");
});
