import { activePaths } from "./active-paths";
import { eventName } from "./event-name";
import { ALWAYS, type Machine } from "./machine";
import type { Step } from "./page-state";

/** One arrow of a machine: from a state, by an event, to a state. */
export interface Arrow {
  readonly source: string;
  readonly target: string;
  readonly event: string;
}

/**
 * The arrows that a step went along; in parallel states there can be several. As in
 * XState, an inner state's reaction outranks its parents', and in one state the
 * event's own name outranks a wildcard.
 */
export function takenArrows(machine: Machine, step: Step): readonly Arrow[] {
  const before = activePaths(step.before);
  const after = activePaths(step.after);
  const entered = [...after].filter((path) => !before.has(path));
  const event = eventName(step.eventType);
  const possible = [machine.root, ...machine.nodes.values()]
    .filter(({ path }) => path === "" || before.has(path))
    .flatMap((node) =>
      node.reactions.flatMap((reaction) =>
        reaction.targets
          .filter((target) => after.has(target) && leadsTo(target, entered))
          .map((target) => ({ source: node.path, target, event: reaction.event })),
      ),
    )
    .filter((arrow) => closeness(arrow.event, event) > 0);
  return possible.filter(
    (arrow) =>
      !possible.some(
        (other) =>
          isInside(other.source, arrow.source) ||
          (other.source === arrow.source &&
            closeness(other.event, event) > closeness(arrow.event, event)),
      ),
  );
}

function leadsTo(target: string, entered: readonly string[]): boolean {
  return entered.some((path) => path === target || isInside(path, target));
}

function isInside(path: string, other: string): boolean {
  return other === "" ? path !== "" : path.startsWith(`${other}.`);
}

/** How well what a reaction waits for fits an event; 0 is not at all. */
function closeness(written: string, event: string): number {
  if (written === event) return 3;
  // A reaction to nothing comes with the event that made it possible.
  if (written === ALWAYS) return 2;
  if (written === "*") return 1;
  return written.endsWith(".*") && event.startsWith(written.slice(0, -1)) ? 2 : 0;
}
