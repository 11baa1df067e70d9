import { nodesIn, pathOf } from "../../src/anatomy/state-nodes";
import type { Described } from "./config";

/** The events a machine reacts to, apart from XState's own. */
export function eventsOf({ machine }: Described): string[] {
  return machine.events.filter((name) => !name.startsWith("xstate."));
}

/** Paths of all states of a machine, compound ones and regions included. */
export function statesOf({ machine }: Described): string[] {
  return nodesIn(machine.root).slice(1).map(pathOf);
}

/** What is wrong with the descriptions of a machine, each with its remedy. */
export function problemsOf(described: Described): string[] {
  const { text, machine } = described;
  const at = `stately.config.json, ${text.id}`;
  const texts = {
    state: text.states,
    event: Object.fromEntries(
      Object.entries(text.events).map(([name, { from, description }]) => [
        name,
        from.trim() === "" ? "" : description,
      ]),
    ),
  };
  const real = { state: statesOf(described), event: eventsOf(described) };
  const ofKinds = (["state", "event"] as const).flatMap((kind) => [
    ...real[kind]
      .filter((name) => !texts[kind][name]?.trim())
      .map((name) => `${at}: the ${kind} "${name}" has no description: write one.`),
    ...Object.keys(texts[kind])
      .filter((name) => !real[kind].includes(name))
      .map((name) => `${at}: there is no ${kind} "${name}": rename or remove its description.`),
  ]);
  return [
    ...(machine.id === text.id ? [] : [`${at}: the machine's own id is "${machine.id}".`]),
    ...(text.description.trim() === ""
      ? [`${at}: the machine has no description: write one.`]
      : []),
    ...(text.invariants.length === 0 ? [`${at}: say what always holds ("invariants").`] : []),
    ...ofKinds,
  ];
}
