import type { Vocabulary } from "../../anatomy/vocabulary";
import type { Transition } from "../../client/types";

/** What the machines do not know of a transition, in words; empty when they know it all. */
export function unknownNames(
  { actor, from, to, event }: Transition,
  known: ReadonlyMap<string, Vocabulary>,
): string[] {
  const vocabulary = known.get(actor);
  if (vocabulary === undefined) return [`no machine "${actor}"`];
  const { states, events } = vocabulary;
  return [
    ...[...new Set([from, to])]
      .filter((name) => !states.has(name))
      .map((name) => `no state "${name}"`),
    ...(events.has(event) ? [] : [`no event "${event}"`]),
  ];
}
