import type { AnyStateMachine } from "xstate";
import * as machines from "../../machines";
import { machines as described } from "../../stately.config.json";
import { eventName } from "../client/transition-recorder";
import { publicStates } from "./public-states";
import { nodesIn } from "./state-nodes";

/** What transitions of one actor, or of one region of it, can say. */
export interface Vocabulary {
  readonly states: ReadonlySet<string>;
  readonly events: ReadonlySet<string>;
}

const MACHINES = machines as unknown as Readonly<Record<string, AnyStateMachine>>;

/** What happens to every actor. */
const COMMON_EVENTS = ["xstate.init", "xstate.stop"];

/** The public names of all machines of this version, by what a transition calls its `actor`. */
export function vocabularies(): ReadonlyMap<string, Vocabulary> {
  const all = new Map<string, Vocabulary>();
  for (const { export: name, actors } of described) {
    const machine = MACHINES[name] as AnyStateMachine;
    const events = eventsOf(machine);
    for (const actor of actors) {
      for (const [region, states] of statesByRegion(machine, actor)) {
        all.set(region, { states, events });
      }
    }
  }
  return all;
}

function statesByRegion(machine: AnyStateMachine, actor: string): Map<string, Set<string>> {
  const regions = new Map<string, Set<string>>();
  for (const { region, name } of publicStates(machine, actor)) {
    const known = regions.get(region) ?? new Set();
    regions.set(region, known.add(name));
  }
  return regions;
}

/** An event can also make what follows it at once happen, so each belongs to the whole machine. */
function eventsOf(machine: AnyStateMachine): Set<string> {
  const heard = nodesIn(machine.root).flatMap((node) => [...node.transitions.keys()]);
  return new Set([...heard.map(eventName), ...COMMON_EVENTS]);
}
