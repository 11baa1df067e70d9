import type { AnyStateMachine } from "xstate";
import { areRelated, nodesOf, transitionsOf } from "./machine-facts";

type StateNode = AnyStateMachine["root"];

interface Arrow {
  readonly from: string;
  readonly to: string;
  /** What leads along it, without conditions. */
  readonly events: readonly string[];
}

/** A Mermaid diagram, read again. */
export interface Drawing {
  /** Ids of all states, as often as they are declared. */
  readonly states: readonly string[];
  readonly arrows: readonly Arrow[];
  /** Lines that are none of what these diagrams are made of. */
  readonly unknown: readonly string[];
}

export function drawingOf(mermaid: string): Drawing {
  const states: string[] = [];
  const arrows: Arrow[] = [];
  const unknown: string[] = [];
  for (const line of mermaid.split("\n").slice(1)) {
    const [, state] = /^ +state "[\w. ]+" as (\w+)(?: \{)?$/.exec(line) ?? [];
    const [, from, to, label = ""] = /^ +(\S+) --> (\S+)(?: : (.+))?$/.exec(line) ?? [];
    if (state !== undefined) states.push(state);
    else if (from !== undefined && to !== undefined) {
      arrows.push({ from, to, events: eventsIn(label) });
    } else if (!/^ +(\}|direction LR|class (\w+,?)+ \w+|classDef \w+ [\w: -]+)$/.test(line)) {
      unknown.push(line);
    }
  }
  return { states, arrows, unknown };
}

function eventsIn(label: string): string[] {
  const events = label.replace(/\[[^\]]*\]/g, "").split(/<br\/>|, /);
  return events.map((event) => event.trim()).filter((event) => event !== "");
}

/** An event of XState's in the words of the diagrams. */
function wordsFor(event: string): string {
  return event
    .replace(/^xstate\.after\.([^.]+).*/, "after $1")
    .replace(/^xstate\.(done|error)\.actor\.([^.]+).*/, "$1 $2")
    .replace(/^xstate\.done\.state\..*/, "all done");
}

/** The state that an id stands for, or stands for any state of. */
function nodeOf(id: string, machine: AnyStateMachine): StateNode | undefined {
  const plain = id.replace(/_any$/, "");
  return nodesOf(machine.root).find(({ path }) => [machine.id, ...path].join("_") === plain);
}

/** Transitions into other states that no diagram shows. */
export function missingIn(drawings: readonly Drawing[], machine: AnyStateMachine): string[] {
  const arrows = drawings.flatMap((drawing) => drawing.arrows);
  const all = nodesOf(machine.root).flatMap((node) =>
    transitionsOf(node).map((one) => ({ node, one, goal: one.target?.[0] as StateNode })),
  );
  return (
    all
      .filter(({ goal }) => goal !== undefined)
      // What begins anew with all that is in it is not drawn.
      .filter(
        ({ node, one, goal }) => !(one.reenter && areRelated(node, goal) && node.type !== "atomic"),
      )
      .filter(({ node, one, goal }) =>
        arrows.every(({ from, to, events }) => {
          const [start, end] = [nodeOf(from, machine), nodeOf(to, machine)];
          const said = one.eventType === "" || events.includes(wordsFor(one.eventType));
          return !(said && start && end && areRelated(start, node) && areRelated(end, goal));
        }),
      )
      .map(({ node, one, goal }) => `${node.id} --${one.eventType}--> ${goal.id}`)
  );
}

/** Arrows that show what the machine does not do. */
export function inventedIn(drawing: Drawing, machine: AnyStateMachine): string[] {
  return drawing.arrows.flatMap(({ from, to, events }) => {
    const [start, end] = [nodeOf(from, machine), nodeOf(to, machine)];
    if (from === "[*]" || to === "[*]") return (start ?? end) ? [] : [`${from} --> ${to}`];
    const possible = nodesOf(machine.root)
      .filter((node) => start !== undefined && areRelated(start, node))
      .flatMap(transitionsOf)
      .filter(
        ({ target }) =>
          end !== undefined && target?.some((goal) => areRelated(end, goal as StateNode)),
      )
      .map(({ eventType }) => wordsFor(eventType));
    const wrong = events.filter((event) => !possible.includes(event));
    return possible.length > 0 && wrong.length === 0 ? [] : [`${from} --> ${to} : ${wrong}`];
  });
}
