import { lineageOf, type StateNode } from "../../src/anatomy/state-nodes";
import { arrowsOf } from "./arrows";
import type { Described } from "./config";
import { drawnIn, type Region, regionsOf } from "./regions";
import type { Way } from "./ways";

/** One diagram: what is in a box, with some boxes in it closed. */
export interface View {
  readonly region: Region;
  readonly box: StateNode;
  /** Boxes that are drawn as mere states here, and have a diagram of their own. */
  readonly closed: readonly StateNode[];
  readonly ways: readonly Way[];
}

/** A box in another that holds more states than this has a diagram of its own. */
const MANY_STATES = 4;
/** If there are more arrows than this in a diagram, every box in it has one of its own. */
export const MANY_ARROWS = 20;

/** All diagrams of a machine, in its order. */
export function viewsOf({ text, machine }: Described): View[] {
  const [actor = text.id] = text.actors;
  return regionsOf(machine, actor)
    .filter(({ ways }) => ways.length > 0)
    .flatMap((region) => viewsIn(region, region.root));
}

function viewsIn(region: Region, box: StateNode): View[] {
  const boxes = statesIn(box).filter((state) => drawnIn(state).length > 0);
  const viewWith = (closed: readonly StateNode[]) => {
    const outermost = closed.filter((one) => !closed.some((other) => isInside(one, other)));
    return { region, box, closed: outermost, ways: region.ways };
  };
  const open = viewWith(boxes.filter((state) => statesIn(state).length > MANY_STATES));
  const view = arrowsOf(open).length > MANY_ARROWS ? viewWith(boxes) : open;
  return [view, ...view.closed.flatMap((inner) => viewsIn(region, inner))];
}

function statesIn(box: StateNode): StateNode[] {
  return drawnIn(box).flatMap((child) => [child, ...statesIn(child)]);
}

function isInside(node: StateNode, box: StateNode): boolean {
  return node !== box && lineageOf(node).includes(box);
}
