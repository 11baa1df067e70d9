import type { AnyStateMachine, StateValue } from "xstate";
import { stateNames } from "../client/state-name";
import { childrenOf, isVoice, lineageOf, nodesIn, type StateNode } from "./state-nodes";

/** A state as `onTransition` and `getState()` name it. */
export interface PublicState {
  /** The actor, with the region where it has several: `connection.polls`. */
  readonly region: string;
  /** `streaming.open`. */
  readonly name: string;
  /** The state that the name is of. */
  readonly node: StateNode;
  /** States behind this one name that have none of their own. */
  readonly details: readonly StateNode[];
}

/** All public names of a machine, in its order. */
export function publicStates(machine: AnyStateMachine, actor: string): PublicState[] {
  const leaves = nodesIn(machine.root).filter((node) => childrenOf(node).length === 0);
  const byName = new Map<string, { region: string; name: string; leaves: StateNode[] }>();
  for (const leaf of leaves) {
    const [region, name] = nameOf(machine, actor, leaf);
    const known = byName.get(`${region} ${name}`);
    if (known === undefined) byName.set(`${region} ${name}`, { region, name, leaves: [leaf] });
    else known.leaves.push(leaf);
  }
  const states = [...byName.values()].map(({ region, name, leaves: behind }) => ({
    region,
    name,
    node: sharedBy(behind),
    details: behind.length > 1 ? behind : [],
  }));
  // The names of one region stand together.
  const regions = [...new Set(states.map(({ region }) => region))];
  return regions.flatMap((region) => states.filter((state) => state.region === region));
}

/** Region and name of one state: what the client itself says while the machine is in it. */
function nameOf(machine: AnyStateMachine, actor: string, leaf: StateNode): [string, string] {
  const inside = lineageOf(leaf).reverse();
  const valueFrom = (depth: number): StateValue => {
    const node = inside[depth] as StateNode;
    const next = inside[depth + 1];
    if (next === undefined) return {};
    if (node.type !== "parallel") return { [next.key]: valueFrom(depth + 1) };
    // Regions beside the one of interest are in no state, and thereby nameless.
    return Object.fromEntries(
      childrenOf(node).map((child) => [child.key, child === next ? valueFrom(depth + 1) : {}]),
    );
  };
  const named = [...stateNames(actor, machine, valueFrom(0))].filter(([, name]) => name !== "");
  // The region of a state is the innermost one; the others hold states that it is in.
  return named.reduce((found, next) => (next[0].length > found[0].length ? next : found), ["", ""]);
}

/** The innermost state that holds all of them. */
function sharedBy(nodes: readonly StateNode[]): StateNode {
  const [first, ...others] = nodes as [StateNode, ...StateNode[]];
  let shared = first;
  while (!others.every((node) => lineageOf(node).includes(shared))) {
    shared = shared.parent as StateNode;
  }
  return isVoice(shared) && shared.parent !== undefined ? shared.parent : shared;
}
