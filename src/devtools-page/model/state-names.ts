import { fieldsOf } from "./json";
import type { Machine, StateNode } from "./machine";

/**
 * The public names of a machine's current states, by region. The first region of
 * a parallel state speaks for the machine itself, the others add their own name:
 * `connection` → `streaming.open`, `connection.polls` → `paused`. A name is the
 * outermost and the innermost state of its region, those tagged `detail` left out
 * where another names it.
 */
export function stateNames(
  actor: string,
  machine: Machine,
  value: unknown,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  collect(machine.root, value, actor, [], names);
  return names;
}

function collect(
  node: StateNode | undefined,
  value: unknown,
  region: string,
  path: readonly string[],
  names: Map<string, string>,
): void {
  const inner = typeof value === "string" ? { [value]: {} } : (fieldsOf(value) ?? {});
  const entries = Object.entries(inner);
  if (entries.length === 0) names.set(region, nameOf(path));
  entries.forEach(([key, rest], index) => {
    const child = node?.children.find((one) => one.key === key);
    if (node?.type !== "parallel") {
      const named = child?.isDetail && path.length > 0 ? path : [...path, key];
      collect(child, rest, region, named, names);
    } else if (index === 0) collect(child, rest, region, path, names);
    else collect(child, rest, `${region}.${key}`, [], names);
  });
}

function nameOf(path: readonly string[]): string {
  const outer = path[0] ?? "";
  return path.length > 1 ? `${outer}.${path[path.length - 1]}` : outer;
}
