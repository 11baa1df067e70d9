import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnyStateMachine, StateValue } from "xstate";
import { stateNames as namesInTheClient } from "../../../src/client/state-name";
import { activePaths } from "../../../src/devtools-page/model/active-paths";
import { stateNames } from "../../../src/devtools-page/model/state-names";
import { ownMachines } from "./own-machines";

describe.each(ownMachines)("$id", ({ id, machine, read }) => {
  test("names are those that the client itself gives", () => {
    fc.assert(
      fc.property(anyValueOf(machine.root), (value) => {
        const named = [...stateNames(id, read, value)];
        expect(named).toEqual([...namesInTheClient(id, machine, value as StateValue)]);
        expect(named.length).toBeGreaterThan(0);
      }),
    );
  });

  test("every active path is a state of the machine", () => {
    fc.assert(
      fc.property(anyValueOf(machine.root), (value) => {
        for (const path of activePaths(value)) expect(read.nodes.has(path)).toBe(true);
      }),
    );
  });
});

test("a value of states that the definition does not know still has names", () => {
  const [first] = ownMachines;
  if (first === undefined) throw new Error("There are no machines.");
  expect([...stateNames("m", first.read, { elsewhere: "there" })].length).toBe(1);
});

/** Any state value of a node: one child of a compound state, all of a parallel one. */
function anyValueOf(node: AnyStateMachine["root"]): fc.Arbitrary<StateValue> {
  const children = Object.values(node.states) as AnyStateMachine["root"][];
  if (node.type === "parallel") {
    return fc.record(
      Object.fromEntries(children.map((child) => [child.key, anyValueOf(child)])),
    ) as fc.Arbitrary<StateValue>;
  }
  if (children.length === 0) return fc.constant({});
  return fc
    .constantFrom(...children)
    .chain((child) => anyValueOf(child).map((inner) => wrap(child.key, inner)));
}

function wrap(key: string, inner: StateValue): StateValue {
  return typeof inner === "object" && Object.keys(inner).length === 0 ? key : { [key]: inner };
}
