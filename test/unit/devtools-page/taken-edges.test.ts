import { describe, expect, test } from "vitest";
import { readMachine } from "../../../src/devtools-page/model/read-machine";
import { takenArrows } from "../../../src/devtools-page/model/taken-edges";

const machine = readMachine(
  JSON.stringify({
    id: "m",
    initial: "a",
    on: { reset: ".a", "*": ".c" },
    states: {
      a: { on: { go: "b", "key.*": "c" }, after: { wait: "b" } },
      b: { initial: "x", on: { back: "a" }, states: { x: { on: { back: "#m.c" } }, y: {} } },
      c: { always: "a", on: { "*": "b", leave: "b" } },
    },
  }),
);
if (machine === undefined) throw new Error("The machine cannot be read.");
const read = machine;

describe("the arrows of a step", () => {
  test.each([
    ["an event", "a", { b: "x" }, "go", [{ source: "a", target: "b", event: "go" }]],
    [
      "a timer",
      "a",
      { b: "x" },
      "xstate.after.wait.m.a",
      [{ source: "a", target: "b", event: "after.wait" }],
    ],
    [
      "an event of the whole machine",
      { b: "x" },
      "a",
      "reset",
      [{ source: "", target: "a", event: "reset" }],
    ],
    [
      "the inner state's, where both react",
      { b: "x" },
      "c",
      "back",
      [{ source: "b.x", target: "c", event: "back" }],
    ],
    [
      "the outer state's, where only that leads there",
      { b: "x" },
      "a",
      "back",
      [{ source: "b", target: "a", event: "back" }],
    ],
    ["a reaction to nothing", "c", "a", "go", [{ source: "c", target: "a", event: "always" }]],
    ["part of a name", "a", "c", "key.refused", [{ source: "a", target: "c", event: "key.*" }]],
    ["any other event", "a", "c", "thunder", [{ source: "", target: "c", event: "*" }]],
    [
      "its own name before any other event",
      "c",
      { b: "x" },
      "leave",
      [{ source: "c", target: "b", event: "leave" }],
    ],
    ["what nothing explains", "a", { b: "y" }, "thunder", []],
  ] as const)("%s", (_, before, after, eventType, arrows) => {
    expect(takenArrows(read, { seq: 1, sessionId: "s", before, after, eventType })).toEqual(arrows);
  });
});

test("several regions that react to one event", () => {
  const region = { initial: "off", states: { off: { on: { start: "on" } }, on: {} } };
  const deep = { initial: "in", states: { in: region } };
  const parallel = readMachine(
    JSON.stringify({ id: "p", type: "parallel", states: { left: region, right: deep } }),
  );
  const step = {
    seq: 1,
    sessionId: "s",
    before: { left: "off", right: { in: "off" } },
    after: { left: "on", right: { in: "on" } },
    eventType: "start",
  };
  expect(parallel && takenArrows(parallel, step).map(({ source }) => source)).toEqual([
    "left.off",
    "right.in.off",
  ]);
});
