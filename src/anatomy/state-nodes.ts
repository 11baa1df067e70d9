import type { AnyStateMachine } from "xstate";

export type StateNode = AnyStateMachine["root"];

export function childrenOf(node: StateNode): StateNode[] {
  return Object.values(node.states) as StateNode[];
}

/** A node and everything in it, outermost first, in the order of the machine. */
export function nodesIn(node: StateNode): StateNode[] {
  return [node, ...childrenOf(node).flatMap(nodesIn)];
}

/** A node and everything it is in, innermost first. */
export function lineageOf(node: StateNode): StateNode[] {
  return node.parent === undefined ? [node] : [node, ...lineageOf(node.parent)];
}

/** As `stately.config.json` names it. */
export function pathOf(node: StateNode): string {
  return node.path.join(".");
}

export function isRegion(node: StateNode): boolean {
  return node.parent?.type === "parallel";
}

/** Whether the node speaks for its parent: the first of regions that hold side by side. */
export function isVoice(node: StateNode): boolean {
  return node.parent !== undefined && isRegion(node) && childrenOf(node.parent)[0] === node;
}
