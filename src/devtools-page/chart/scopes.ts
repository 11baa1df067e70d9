import type { Machine } from "../model/machine";

/**
 * Where an edge is drawn. Regions are laid out apart from each other, so an edge
 * stays within the innermost region, or the machine, that holds both of its ends:
 * an end deeper within another parallel state becomes that state, and a source in
 * another region becomes the target's region.
 */
export interface Placed {
  /** Path of the scope; empty for the machine. */
  readonly scope: string;
  readonly source: string;
  readonly target: string;
}

export function placeEdge(machine: Machine, source: string, target: string): Placed {
  const from = [...ancestors(source), source];
  const to = [...ancestors(target), target];
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) shared++;
  let common = from[shared - 1] ?? "";
  // Beside each other in one parallel state: it is the target's region that reacts.
  if (isParallel(machine, common) && to[shared] !== undefined) {
    common = to[shared] ?? common;
    return placeWithin(machine, common, common, target);
  }
  return placeWithin(machine, common, source, target);
}

function placeWithin(machine: Machine, common: string, source: string, target: string): Placed {
  const raise = (path: string) =>
    [...ancestors(path), path].find(
      (step) => isBelow(step, common) && isParallel(machine, step) && step !== path,
    ) ?? path;
  return { scope: scopeOf(machine, common), source: raise(source), target: raise(target) };
}

/** The innermost region around a state, or the state itself if it is one. */
function scopeOf(machine: Machine, path: string): string {
  const region = [...ancestors(path), path].reverse().find((step) => isRegion(machine, step));
  return region ?? "";
}

export function isRegion(machine: Machine, path: string): boolean {
  return path !== "" && isParallel(machine, ancestors(path).at(-1) ?? "");
}

function isParallel(machine: Machine, path: string): boolean {
  return (path === "" ? machine.root : machine.nodes.get(path))?.type === "parallel";
}

function isBelow(path: string, other: string): boolean {
  return other === "" ? path !== "" : path.startsWith(`${other}.`);
}

/** From the root on; none for the root. */
function ancestors(path: string): string[] {
  if (path === "") return [];
  const keys = path.split(".");
  return keys.map((_, index) => keys.slice(0, index).join("."));
}
