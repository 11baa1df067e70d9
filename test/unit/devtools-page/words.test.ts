import { describe, expect, test } from "vitest";
import { decidedBy } from "../../../src/devtools-page/model/decided-by";
import { eventName } from "../../../src/devtools-page/model/event-name";
import { filterTransitions } from "../../../src/devtools-page/model/filter-transitions";
import { count, shortValue, timeSpan } from "../../../src/devtools-page/model/format";
import type { Transition } from "../../../src/devtools-page/model/page-state";
import { searchFlags } from "../../../src/devtools-page/model/search-flags";
import { describeEvent, describeState } from "../../../src/devtools-page/model/texts";
import { toneOf } from "../../../src/devtools-page/model/tone";

test.each([
  ["fetch.wanted", "fetch.wanted"],
  ["xstate.after.retryDelay.refresh.retryWait", "after.retryDelay"],
  ["xstate.done.actor.fetchFlags", "done.fetchFlags"],
  ["xstate.error.actor.stream", "error.stream"],
  ["xstate.done.state.client.phase", "done.client"],
])("the event %s is shown as %s", (type, name) => {
  expect(eventName(type)).toBe(name);
});

test.each([
  [0, "0 ms"],
  [140.4, "140 ms"],
  [999.6, "1.0 s"],
  [3_240, "3.2 s"],
  [59_990, "1 min 0 s"],
  [125_000, "2 min 5 s"],
  [3_840_000, "1 h 4 min"],
  [-5, "0 ms"],
])("%d ms are %s", (ms, text) => {
  expect(timeSpan(ms)).toBe(text);
});

test("numbers are grouped, values are short", () => {
  expect(count(1234567)).toBe("1\u202f234\u202f567");
  expect(shortValue("hi")).toBe("“hi”");
  expect(shortValue({ a: [1, null] })).toBe('{"a":[1,null]}');
  expect(shortValue("x".repeat(500))).toHaveLength(58);
});

describe("what decided about a flag", () => {
  const definition = {
    enabled: true,
    rollout: 25,
    rules: [{ id: "r1", name: "Testers", conditions: [] }],
  };
  test.each([
    [{ kind: "OFF" }, "off for everybody"],
    [{ kind: "TARGET_MATCH" }, "targeted user"],
    [{ kind: "RULE_MATCH", ruleId: "r1", ruleIndex: 0, inRollout: true }, "rule Testers"],
    [{ kind: "RULE_MATCH", ruleIndex: 0, inRollout: false }, "rule Testers, outside its rollout"],
    [{ kind: "RULE_MATCH", ruleId: "r9" }, "rule r9"],
    [{ kind: "FALLTHROUGH", inRollout: true }, "rollout 25 %"],
    [{ kind: "FALLTHROUGH", inRollout: false }, "outside rollout 25 %"],
    [{ kind: "ERROR", errorKind: "MALFORMED_FLAG" }, "MALFORMED_FLAG"],
  ] as const)("%j is told as %s", (reason, text) => {
    expect(decidedBy(reason, definition)).toBe(text);
  });
});

test("the timeline is filtered by client, machine with its regions, and text", () => {
  const one = (region: string, to: string, rootId = "a") =>
    ({ region, to, rootId, from: "idle", event: "Go" }) as Transition;
  const all = [one("connection", "open"), one("connection.polls", "paused"), one("hold", "held")];
  const other = one("connection", "open", "b");
  const found = (filter: Parameters<typeof filterTransitions>[1]) =>
    filterTransitions([...all, other], filter).map(({ region, to }) => `${region} ${to}`);
  expect(found({ text: "" })).toHaveLength(4);
  expect(found({ rootId: "b", text: "" })).toEqual(["connection open"]);
  expect(found({ rootId: "a", machine: "connection", text: "" })).toEqual([
    "connection.polls paused",
    "connection open",
  ]);
  expect(found({ text: " HELD " })).toEqual(["hold held"]);
  expect(found({ text: "go" })).toHaveLength(4);
});

test("flags are found by key and description", () => {
  const flags = [
    { key: "checkout", definition: { enabled: true, description: "On one page" } },
    { key: "banner", definition: { enabled: true } },
  ];
  const found = (text: string) => searchFlags(flags, text).map(({ key }) => key);
  expect(found("")).toEqual(["checkout", "banner"]);
  expect(found("BAN")).toEqual(["banner"]);
  expect(found("one page")).toEqual(["checkout"]);
});

test("states and events of the SDK's machines are described, those of others are not", () => {
  expect(describeState("circuit", "closed")).toBe("requests go out");
  expect(describeEvent("telemetry", "close")).toEqual(expect.any(String));
  expect(describeState("circuit", "constructor")).toBeUndefined();
  expect(describeState("toaster", "hot")).toBeUndefined();
});

test.each([
  ["circuit", "open", "bad"],
  ["circuit", "closed", "good"],
  ["circuit", "half_open.probing", "busy"],
  ["connection", "streaming.open", "good"],
  ["client.key", "refused", "bad"],
  ["toaster", "hot", "calm"],
])("%s %s is %s", (region, state, tone) => {
  expect(toneOf(region, state)).toBe(tone);
});
