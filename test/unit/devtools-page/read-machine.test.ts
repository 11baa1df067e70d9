import { describe, expect, test } from "vitest";
import type { AnyStateMachine } from "xstate";
import { getStateNodes } from "xstate/graph";
import { eventName } from "../../../src/devtools-page/model/event-name";
import type { Machine } from "../../../src/devtools-page/model/machine";
import { readMachine } from "../../../src/devtools-page/model/read-machine";
import { ownMachines } from "./own-machines";

describe.each(ownMachines)("$id", ({ machine, read }) => {
  test("has the states that XState finds", () => {
    const paths = getStateNodes(machine).map((node) => node.path.join("."));
    expect([...read.nodes.keys()].sort()).toEqual(paths.sort());
  });

  test("has the transitions that XState finds", () => {
    expect(arrowsOf(read)).toEqual(arrowsByXState(machine));
  });
});

test("the initial state, a final and a parallel one, names of what runs", () => {
  const read = readMachine(
    JSON.stringify({
      id: "m",
      initial: "a",
      states: {
        a: { invoke: { src: "load", onDone: "b", onError: { target: "b" } } },
        b: { type: "parallel", states: { x: {}, y: {} }, onDone: "c" },
        c: { type: "final" },
      },
    }),
  );
  expect(read?.root.initial).toBe("a");
  expect(read?.nodes.get("a")).toMatchObject({ type: "atomic", invokes: ["load"] });
  expect(read?.nodes.get("a")?.reactions.map(({ event }) => event)).toEqual(["done.0", "error.0"]);
  expect(read?.nodes.get("b")).toMatchObject({ type: "parallel" });
  expect(read?.nodes.get("b")?.reactions).toMatchObject([{ event: "done.m", targets: ["c"] }]);
  expect(read?.nodes.get("c")).toMatchObject({ type: "final" });
});

test("a target by its id leads below that state, the longest id first", () => {
  const read = readMachine(
    JSON.stringify({
      id: "m",
      states: {
        a: { id: "odd", states: { one: { id: "odd.one", states: { x: {} } } } },
        b: { on: { go: "#odd.one.x" } },
      },
    }),
  );
  expect(read?.nodes.get("b")?.reactions[0]?.targets).toEqual(["a.one.x"]);
});

test.each(["", "{", "null", "[]", "3"])("%j is no machine", (definition) => {
  expect(readMachine(definition)).toBeUndefined();
});

test.each([{}, { states: 3 }, { states: { a: null } }, { on: { go: 7 }, invoke: [null] }])(
  "%j is one without much in it",
  (definition) => {
    expect(readMachine(JSON.stringify(definition))?.id).toBe("machine");
  },
);

function arrowsOf(read: Machine): string[] {
  return [read.root, ...read.nodes.values()]
    .flatMap(({ path, reactions }) =>
      reactions.map(({ event, targets }) => `${path} ${event} ${targets.join()}`),
    )
    .sort();
}

function arrowsByXState(machine: AnyStateMachine): string[] {
  return [machine.root, ...getStateNodes(machine)]
    .flatMap((node) =>
      [...[...node.transitions.values()].flat(), ...(node.always ?? [])].map((one) => {
        const targets = one.target?.map((target) => target.path.join(".")).join() ?? "";
        return `${node.path.join(".")} ${eventName(one.eventType || "always")} ${targets}`;
      }),
    )
    .sort();
}
