/** Breaks of what is promised of reports, of planned moments, and of replaying a report. */
const STATE = "src/client/client-state.ts";
const REPORT = "src/client/diagnostics.ts";
const wakeUps = "test/integration/client/wake-ups.test.ts";
const diagnostics = "test/integration/client/diagnostics.test.ts";
const replay = "test/integration/cli/replay.test.ts";

export default [
  ...[
    ["staleAt", "isYoung ? confirmedAt", 'name !== "empty" ? confirmedAt'],
    [
      "staleAt of flags that had an age",
      "const confirmedAt = at - age;",
      "const confirmedAt = at;",
    ],
    ["expiresAt", 'name === "stale" && !isKept', 'name === "stale" && isKept'],
    ["nextAttemptAt", 'refresh.name === "retryWait"', 'refresh.name !== "retryWait"'],
    ["nextFlushAt of a full interval", "? at + flushIntervalMs :", "? at :"],
    ["nextFlushAt of a batch that failed", 'name === "backingOff" || ', ""],
    ["nextReportAt", "nextReportAt: nextFlushAt(telemetry)", "nextReportAt: undefined"],
  ].map(([name, from, to]) => ({
    promise: `getState() names ${name}`,
    file: STATE,
    from,
    to,
    test: wakeUps,
  })),
  {
    promise: "the moment of a flush counts from when the buffer began",
    file: "machines/flush-loop.machine.ts",
    from: 'id: "buffering",\n          entry: "sample",',
    to: 'id: "buffering",',
    test: wakeUps,
  },
  ...[
    ["the key", '"[given]";', "value;"],
    [
      "what an app put into an option",
      "return isGroup ?",
      "return isGroup || typeof value === 'object' ?",
    ],
    ["a server's code", "...(statusCode === undefined ? { code } : { statusCode })", "code"],
  ].map(([what, from, to]) => ({
    promise: `a report does not hold ${what}`,
    file: REPORT,
    from,
    to,
    test: diagnostics,
  })),
  {
    promise: "a report holds the last errors only",
    file: REPORT,
    from: "if (errors.length > ERRORS) errors.shift();",
    to: "",
    test: diagnostics,
  },
  {
    promise: "a report holds the errors of listeners, too",
    file: "src/client/core.ts",
    from: 'this.bridge.on("error", (error) =>',
    to: '((_: string, then: (error: never) => void) => void then)("error", (error: never) =>',
    test: diagnostics,
  },
  ...[
    [
      "an unknown machine",
      "if (vocabulary === undefined) return",
      "if (vocabulary === undefined) return []; if (!vocabulary) return",
    ],
    ["an unknown state", "filter((name) => !states.has(name))", "filter(() => false)"],
    ["an unknown event", "events.has(event) ? []", "true ? []"],
  ].map(([what, from, to]) => ({
    promise: `replay marks ${what}`,
    file: "src/cli/replay/unknown-names.ts",
    from,
    to,
    test: replay,
  })),
  {
    promise: "replay ends with 1 when something is marked",
    file: "src/cli/commands/replay.ts",
    from: "unknown.length > 0) ? 1 : 0;",
    to: "unknown.length > 0) ? 0 : 0;",
    test: replay,
  },
  {
    promise: "replay shows no control characters",
    file: "src/cli/replay/timeline.ts",
    from: "printable(actor, 40)",
    to: "actor",
    test: replay,
  },
];
