import { ALWAYS, type Machine, type Reaction } from "../model/machine";
import { describeEvent } from "../model/texts";
import type { EdgeLine } from "./drawing";
import { type Placed, placeEdge } from "./scopes";

/** An edge before it has a place: all ways from one state into another. */
export interface PlannedEdge extends Placed {
  readonly id: string;
  readonly lines: readonly EdgeLine[];
}

/** The edges of a machine. What a state does without leaving it is not drawn. */
export function edgesOf(machine: Machine, actor: string): readonly PlannedEdge[] {
  const edges = new Map<string, { placed: Placed; lines: EdgeLine[] }>();
  for (const node of [machine.root, ...machine.nodes.values()]) {
    for (const reaction of node.reactions) {
      for (const target of reaction.targets) {
        if (!machine.nodes.has(target)) continue;
        const placed = placeEdge(machine, node.path, target);
        const id = `${placed.scope}|${placed.source}>${placed.target}`;
        const edge = edges.get(id) ?? { placed, lines: [] };
        edges.set(id, edge);
        const text = lineOf(reaction, node.path, target, placed);
        const description = reaction.description ?? describeEvent(actor, reaction.event);
        const arrow = { source: node.path, target, event: reaction.event };
        // Guards may lead the same way twice.
        if (!edge.lines.some((line) => line.text === text)) {
          edge.lines.push({ arrow, text, description });
        }
      }
    }
  }
  return [...edges].map(([id, { placed, lines }]) => ({ id, ...placed, lines }));
}

function lineOf(reaction: Reaction, source: string, target: string, placed: Placed): string {
  const event = reaction.event
    .replace(/^after\./, "after ")
    .replace(/^after (\d+)$/, "after $1 ms");
  const guard = reaction.guard === undefined ? "" : ` [${reaction.guard}]`;
  const isInside = source.startsWith(placed.source === "" ? "" : `${placed.source}.`);
  const from = source !== placed.source && isInside ? `${lastKeys(source)}: ` : "";
  const to = target === placed.target ? "" : ` → ${lastKeys(target)}`;
  return `${from}${event === ALWAYS && guard !== "" ? "" : event}${guard}${to}`.trim();
}

function lastKeys(path: string): string {
  return path.split(".").slice(-1).join(".");
}
