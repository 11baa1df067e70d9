import { lineageOf, type StateNode } from "../../src/anatomy/state-nodes";
import { boxOf, drawnIn, initialIn } from "./regions";
import type { View } from "./views";
import type { Way } from "./ways";

/** An end of an arrow: a state, any state of a box, or a state outside of the diagram. */
export interface End {
  readonly node: StateNode;
  readonly as: "state" | "any" | "outside";
}

/** A line between two ends, with all that leads along it. */
export interface Arrow {
  readonly from: End;
  readonly to: End;
  readonly labels: readonly string[];
}

/**
 * All arrows of a diagram. None begins or ends at a box, since Mermaid lays those
 * out badly: it begins at "any of these" in the box, and ends where the box begins.
 */
export function arrowsOf(view: View): Arrow[] {
  const arrows = new Map<string, { from: End; to: End; labels: string[] }>();
  for (const way of view.ways) {
    const to = ending(boxOf(way.target), view);
    for (const from of beginnings(way, to, view)) {
      const key = [from, to].map(({ node, as }) => `${node.id} ${as}`).join();
      const known = arrows.get(key);
      if (known === undefined) arrows.set(key, { from, to, labels: [way.label] });
      else known.labels.push(way.label);
    }
  }
  // Mermaid makes the most room for what comes first: what is said of single states.
  const ofAny = ({ from }: Arrow) => Number(from.as === "any");
  return [...arrows.values()].sort((a, b) => ofAny(a) - ofAny(b));
}

function beginnings({ source, target, event }: Way, to: End, view: View): End[] {
  const box = boxOf(source);
  const closed = closedOver(box, view);
  if (closed !== undefined) return closed === to.node ? [] : [{ node: closed, as: "state" }];
  if (!lineageOf(box).includes(view.box)) {
    const passesBy = to.as === "outside" || boxOf(target) === view.box;
    return passesBy ? [] : [{ node: box, as: "outside" }];
  }
  if (drawnIn(box).length === 0) return [{ node: box, as: "state" }];
  const states = leavesIn(box, view).filter(
    (leaf) => leaf !== to.node && leaves(leaf, source, event),
  );
  if (states.length > 1) return [{ node: box, as: "any" }];
  return states.map((node) => ({ node, as: "state" }));
}

/** Whether an event that a state answers is left to it by this state in it. */
function leaves(leaf: StateNode, source: StateNode, event: string): boolean {
  // A machine that has ended answers nothing; what has ended in a box waits for the rest of it.
  if (leaf.type === "final" && leaf.path.length === 1) return false;
  const within = lineageOf(leaf).slice(0, lineageOf(leaf).indexOf(source));
  return !within.some((node) => node.transitions.get(event)?.some(({ guard }) => !guard));
}

function leavesIn(box: StateNode, view: View): StateNode[] {
  return drawnIn(box).flatMap((state) =>
    drawnIn(state).length === 0 || view.closed.includes(state) ? [state] : leavesIn(state, view),
  );
}

/** Where an arrow to a box ends. */
export function ending(box: StateNode, view: View): End {
  const closed = closedOver(box, view);
  if (closed !== undefined) return { node: closed, as: "state" };
  if (!lineageOf(box).includes(view.box)) return { node: box, as: "outside" };
  const initial = initialIn(box);
  return initial === undefined ? { node: box, as: "state" } : ending(initial, view);
}

/** The closed box around a state. */
function closedOver(node: StateNode, view: View): StateNode | undefined {
  return lineageOf(node).find((one) => view.closed.includes(one));
}
