import type { AnyTransitionDefinition } from "xstate";
import { childrenOf, lineageOf, type StateNode } from "../../src/anatomy/state-nodes";

/** One way out of a state. */
export interface Way {
  readonly source: StateNode;
  readonly target: StateNode;
  /** As XState calls it; empty for what happens at once. */
  readonly event: string;
  /** Event and condition in words. */
  readonly label: string;
}

/**
 * All ways out of a state into others. What only acts and stays is left out, and
 * so is a state that begins anew with all that is in it.
 */
export function waysFrom(source: StateNode): Way[] {
  return [...source.transitions, ["", source.always ?? []] as const].flatMap(([event, list]) =>
    waysOn(source, event, list),
  );
}

function waysOn(source: StateNode, event: string, list: readonly AnyTransitionDefinition[]): Way[] {
  const leading = list.filter((one) => !beginsAnew(one));
  const targets = [...new Set(leading.flatMap(({ target = [] }) => target))] as StateNode[];
  return targets.map((target) => {
    const label = [eventOf(event), guardOf(list, target)].filter((part) => part !== "").join(" ");
    return { source, target, event, label };
  });
}

function beginsAnew({ source, target, reenter }: AnyTransitionDefinition): boolean {
  const goal = target?.[0] as StateNode | undefined;
  return reenter && goal !== undefined && childrenOf(source).length > 0 && isIn(goal, source);
}

function isIn(node: StateNode, box: StateNode): boolean {
  return lineageOf(node).includes(box);
}

/** XState's own events in words; the names are those that `onTransition` gives. */
function eventOf(type: string): string {
  const [, kind, name] =
    /^xstate\.(after|done\.actor|done\.state|error\.actor)\.([^.]+)/.exec(type) ?? [];
  if (kind === undefined) return type;
  if (kind === "done.state") return "all done";
  return `${kind === "after" ? "after" : kind.replace(".actor", "")} ${name}`;
}

/**
 * The condition under which the event leads to the target, as short as it can be
 * said: possibilities are tried in their order, and the last one often takes the rest.
 */
function guardOf(list: readonly AnyTransitionDefinition[], target: StateNode): string {
  const leads = (one: AnyTransitionDefinition) => one.target?.[0] === target;
  const takesRest = list.some((one) => leads(one) && one.guard === undefined);
  const others = list.filter((one) => !leads(one));
  const [other] = others;
  if (!takesRest) return `[${list.filter(leads).map(nameOf).join(" or ")}]`;
  if (other === undefined) return "";
  return others.length === 1 ? `[not ${nameOf(other)}]` : "[else]";
}

function nameOf({ guard }: AnyTransitionDefinition): string {
  return typeof guard === "object" && guard !== null && "type" in guard
    ? String(guard.type)
    : String(guard);
}
