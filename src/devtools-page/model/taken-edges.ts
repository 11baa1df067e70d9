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
 * The arrows that a step went along. Several can explain it: of those the exact
 * event outranks a wildcard and a reaction to nothing, an inner state its parents.
 */
export function takenArrows(machine: Machine, step: Step): readonly Arrow[] {
  const before = activePaths(step.before);
  const after = activePaths(step.after);
  const entered = [...after].filter((path) => !before.has(path));
  const event = eventName(step.eventType);
  const found = [machine.root, ...machine.nodes.values()]
    .filter(({ path }) => path === "" || before.has(path))
    .flatMap((node) =>
      node.reactions.flatMap((reaction) =>
        reaction.targets
          .filter((target) => after.has(target) && leadsTo(target, entered))
          .map((target) => ({
            arrow: { source: node.path, target, event: reaction.event },
            rank: rank(reaction.event, event) + depth(node.path),
            isMatch: matches(reaction.event, event),
          })),
      ),
    )
    .filter(({ isMatch }) => isMatch);
  const best = Math.max(...found.map((one) => one.rank));
  return found.filter((one) => one.rank === best).map(({ arrow }) => arrow);
}

function leadsTo(target: string, entered: readonly string[]): boolean {
  return entered.some((path) => path === target || path.startsWith(`${target}.`));
}

function matches(written: string, event: string): boolean {
  if (written === event || written === ALWAYS || written === "*") return true;
  return written.endsWith(".*") && event.startsWith(written.slice(0, -1));
}

/** More than any depth: what a reaction says outranks where it stands. */
const EXACT = 1_000;

function rank(written: string, event: string): number {
  if (written === event) return 2 * EXACT;
  return written === ALWAYS ? EXACT : 0;
}

function depth(path: string): number {
  return path === "" ? 0 : path.split(".").length;
}
