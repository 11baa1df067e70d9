import { boxOf, drawnIn, initialIn } from "./regions";
import { lineageOf, type StateNode } from "./state-nodes";
import type { View } from "./views";

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
  for (const { source, target, label } of view.ways) {
    const from = beginning(boxOf(source), view);
    const to = ending(boxOf(target), view);
    const passesBy = from.as === "outside" && (to.as === "outside" || boxOf(target) === view.box);
    const within = from.node === to.node && view.closed.includes(to.node);
    if (passesBy || within) continue;
    const key = [from, to].map(({ node, as }) => `${node.id} ${as}`).join();
    const known = arrows.get(key);
    if (known === undefined) arrows.set(key, { from, to, labels: [label] });
    else known.labels.push(label);
  }
  return [...arrows.values()];
}

function beginning(box: StateNode, view: View): End {
  const closed = closedOver(box, view);
  if (closed !== undefined) return { node: closed, as: "state" };
  if (!lineageOf(box).includes(view.box)) return { node: box, as: "outside" };
  return { node: box, as: drawnIn(box).length > 0 ? "any" : "state" };
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
