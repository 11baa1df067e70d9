import type { AnyStateMachine } from "xstate";
import {
  childrenOf,
  isRegion,
  isVoice,
  lineageOf,
  nodesIn,
  type StateNode,
} from "../../src/anatomy/state-nodes";
import { type Way, waysFrom } from "./ways";

/** A part of a machine that has a name of its own. */
export interface Region {
  /** `connection`, `connection.polls`. */
  readonly name: string;
  /** The state that it is all of: the machine, or one of states that hold side by side. */
  readonly root: StateNode;
  readonly ways: readonly Way[];
}

/** The regions of a machine; the first of states side by side belongs to what it speaks for. */
export function regionsOf(machine: AnyStateMachine, actor: string): Region[] {
  const all = nodesIn(machine.root);
  const roots = all.filter(
    (node) => node.parent === undefined || (isRegion(node) && !isVoice(node)),
  );
  return roots.map((root) => ({
    name: root.parent === undefined ? actor : `${actor}.${root.key}`,
    root,
    ways: all.filter((node) => rootOf(node) === root).flatMap(waysFrom),
  }));
}

function rootOf(node: StateNode): StateNode {
  const lineage = lineageOf(node);
  return lineage.find((one) => isRegion(one) && !isVoice(one)) ?? (lineage.at(-1) as StateNode);
}

/** The states that are drawn inside of one: of regions the first, without a box of its own. */
export function drawnIn(node: StateNode): StateNode[] {
  const children = childrenOf(node);
  return node.type === "parallel" ? children.slice(0, 1).flatMap(drawnIn) : children;
}

/** The box that stands for a state: its own, or that of the state it speaks for. */
export function boxOf(node: StateNode): StateNode {
  return isVoice(node) && node.parent !== undefined ? boxOf(node.parent) : node;
}

/** Where the states in a box begin. */
export function initialIn(box: StateNode): StateNode | undefined {
  if (box.type === "parallel") {
    const [voice] = childrenOf(box);
    return voice && initialIn(voice);
  }
  return box.type === "compound" ? (box.initial.target[0] as StateNode | undefined) : undefined;
}
