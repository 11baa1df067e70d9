import type { AnyStateMachine, StateValue } from "xstate";

type StateNode = AnyStateMachine["root"];

/**
 * The public names of a machine's current states, by region. The first region of
 * a parallel state speaks for the machine itself, the others add their own name:
 * `connection` → `streaming.open`, `connection.polls` → `paused`. A name is the
 * outermost and the innermost state of its region, those tagged `detail` left out where another names it.
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
  const inner = typeof value === "string" ? { [value]: {} } : value;
  if (Object.keys(inner).length === 0) names.set(region, nameOf(path));
  let first = true;
  for (const [key, rest = {}] of Object.entries(inner)) {
    const child = node.states[key] as StateNode;
    if (node.type !== "parallel") {
      const named = child.tags.includes("detail") && path.length > 0 ? path : [...path, key];
      collect(child, rest, region, named, names);
    } else if (first) collect(child, rest, region, path, names);
    else collect(child, rest, `${region}.${key}`, [], names);
    first = false;
  }
}

function nameOf(path: readonly string[]): string {
  const outer = path[0] ?? "";
  return path.length > 1 ? `${outer}.${path[path.length - 1]}` : outer;
}
