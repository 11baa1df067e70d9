import type { Machine } from "../model/machine";
import type { Step } from "../model/page-state";
import { takenArrows } from "../model/taken-edges";
import type { Drawing } from "./drawing";

/** The edges that a step went along, by id, with the event of each. */
export function litEdges(
  drawing: Drawing,
  machine: Machine,
  step: Step | undefined,
): ReadonlyMap<string, string> {
  if (step === undefined) return new Map();
  const arrows = takenArrows(machine, step);
  return new Map(
    drawing.edges.flatMap(({ id, lines }) => {
      const line = lines.find(({ arrow }) =>
        arrows.some(
          ({ source, target, event }) =>
            arrow.source === source && arrow.target === target && arrow.event === event,
        ),
      );
      return line === undefined ? [] : [[id, line.arrow.event] as const];
    }),
  );
}
