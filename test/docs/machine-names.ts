import type { AnyStateMachine } from "xstate";
import {
  circuitBreakerMachine,
  clientMachine,
  connectionMachine,
  flushLoopMachine,
  freshnessMachine,
  originHoldMachine,
  persistenceMachine,
  refreshMachine,
} from "../../machines";

type StateNode = AnyStateMachine["root"];

/** A machine as its section of docs/machines.md describes it. */
export interface Documented {
  readonly heading: string;
  /** The name of an actor that runs it. */
  readonly actor: string;
  readonly machine: AnyStateMachine;
}

export const MACHINES: readonly Documented[] = [
  { heading: "client", actor: "client", machine: clientMachine },
  { heading: "connection", actor: "connection", machine: connectionMachine },
  { heading: "refresh", actor: "refresh", machine: refreshMachine },
  { heading: "circuit", actor: "circuit", machine: circuitBreakerMachine },
  { heading: "hold", actor: "hold", machine: originHoldMachine },
  { heading: "freshness", actor: "freshness", machine: freshnessMachine },
  { heading: "flush loop", actor: "tracking", machine: flushLoopMachine },
  { heading: "persistence", actor: "cache", machine: persistenceMachine },
];

/** Every state by its public name, as `region name`. */
export function stateNamesOf({ actor, machine }: Documented): ReadonlySet<string> {
  return new Set(namesIn(machine.root, actor, []));
}

// Restates the rule of src/client/state-name.ts for all states at once: outermost
// and innermost state of a region; the first region speaks for its parent, and
// details do not name what is named already.
function namesIn(node: StateNode, region: string, path: readonly string[]): string[] {
  const children = childrenOf(node);
  if (children.length === 0) {
    const [outer = ""] = path;
    return [`${region} ${path.length > 1 ? `${outer}.${path.at(-1)}` : outer}`];
  }
  return children.flatMap((child, index) => {
    if (node.type !== "parallel") {
      const unnamed = child.tags.includes("detail") && path.length > 0;
      return namesIn(child, region, unnamed ? path : [...path, child.key]);
    }
    return index === 0
      ? namesIn(child, region, path)
      : namesIn(child, `${region}.${child.key}`, []);
  });
}

/** The events a machine reacts to, apart from what XState itself and its own regions say. */
export function eventsOf({ machine }: Documented): string[] {
  return machine.events.filter((name) => !name.startsWith("xstate."));
}

/** What in a Mermaid diagram the machine does not know: states, arrows, events and delays. */
export function wrongIn(diagram: string, { machine }: Documented): string[] {
  const nodes = allNodes(machine.root);
  const delays = Object.keys(machine.implementations.delays);
  return diagram.split("\n").flatMap((line) => {
    const arrow = /^\s*(\S+) --> (\S+)(?: : (.*))?$/.exec(line);
    if (arrow === null) {
      const named = /^\s*(?:state )?(\w+)(?: \{)?$/.exec(line)?.[1];
      const known = named === undefined || nodes.some(({ key }) => key === named);
      return known || named === "stateDiagram" ? [] : [line];
    }
    const [, from = "", to = "", label = ""] = arrow;
    const right =
      isArrow(nodes, from, to) && isLabel(label, eventsOf({ machine } as Documented), delays);
    return right ? [] : [line];
  });
}

function isArrow(nodes: readonly StateNode[], from: string, to: string): boolean {
  const targets = nodes.filter(({ key }) => key === to);
  if (from === "[*]") {
    return targets.some((node) => node.parent?.initial.target[0] === node);
  }
  return nodes.some((source) => {
    const speaks = lineage(source).some(({ key }) => key === from);
    const inherits = nodes.some((node) => node.key === from && lineage(node).includes(source));
    if (!speaks && !inherits) return false;
    return [...[...source.transitions.values()].flat(), ...(source.always ?? [])].some(
      ({ target }) => target?.some((entered) => targets.some((node) => leadsTo(entered, node))),
    );
  });
}

/** Whether entering one state means entering the other. */
function leadsTo(entered: StateNode, node: StateNode): boolean {
  return lineage(entered).includes(node) || lineage(node).includes(entered);
}

function isLabel(label: string, events: readonly string[], delays: readonly string[]): boolean {
  const named = [...label.matchAll(/\b[a-z]\w*\.[a-z]\w*/gi)].every(([name]) =>
    events.includes(name),
  );
  const timed = [...label.matchAll(/\bafter (\w+)/g)].every(([, name = ""]) =>
    delays.includes(name),
  );
  return named && timed;
}

/** A node and everything it is in. */
function lineage(node: StateNode): StateNode[] {
  return node.parent === undefined ? [node] : [node, ...lineage(node.parent)];
}

function allNodes(node: StateNode): StateNode[] {
  return [node, ...childrenOf(node).flatMap(allNodes)];
}

function childrenOf(node: StateNode): StateNode[] {
  return Object.values(node.states) as StateNode[];
}
