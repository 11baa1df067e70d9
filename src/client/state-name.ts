import type { AnyStateMachine, StateValue } from "xstate";

type StateNode = AnyStateMachine["root"];

/**
 * The public names of a machine's current states, by region. The first region of
 * a parallel state speaks for the machine itself, the others add their own name:
 * `connection` → `streaming.open`, `connection.polls` → `paused`. A name is the
 * outermost and the innermost state of its region.
 */
export function stateNames(
  actor: string,
  machine: AnyStateMachine,
  value: StateValue,
): Map<string, string> {
  const names = new Map<string, string>();
  collect(machine.root, value, actor, [], names);
  return names;
}

function collect(
  node: StateNode,
  value: StateValue,
  region: string,
  path: readonly string[],
  names: Map<string, string>,
): void {
  if (typeof value === "string") {
    names.set(region, nameOf([...path, value]));
    return;
  }
  let first = true;
  for (const [key, inner = {}] of Object.entries(value)) {
    const child = node.states[key] as StateNode;
    if (node.type !== "parallel") collectChild(child, inner, region, [...path, key], names);
    else if (first) collectChild(child, inner, region, path, names);
    else collectChild(child, inner, `${region}.${key}`, [], names);
    first = false;
  }
}

function collectChild(
  child: StateNode,
  value: StateValue,
  region: string,
  path: readonly string[],
  names: Map<string, string>,
): void {
  if (typeof value !== "string" && Object.keys(value).length === 0) names.set(region, nameOf(path));
  else collect(child, value, region, path, names);
}

function nameOf(path: readonly string[]): string {
  const outer = path[0] ?? "";
  return path.length > 1 ? `${outer}.${path[path.length - 1]}` : outer;
}
