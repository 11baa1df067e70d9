import type { Transition } from "./page-state";

/** What of the timeline is to be seen; what is empty or absent lets everything through. */
export interface TimelineFilter {
  readonly rootId?: string | undefined;
  /** An actor's name; its further regions belong to it. */
  readonly machine?: string | undefined;
  /** Found in the machine, the states or the event, in any case. */
  readonly text: string;
}

/** Newest first. */
export function filterTransitions(
  transitions: readonly Transition[],
  { rootId, machine, text }: TimelineFilter,
): readonly Transition[] {
  const wanted = text.trim().toLowerCase();
  return transitions
    .filter(
      (one) =>
        (rootId === undefined || one.rootId === rootId) &&
        (!machine || one.region === machine || one.region.startsWith(`${machine}.`)) &&
        `${one.region} ${one.from} ${one.to} ${one.event}`.toLowerCase().includes(wanted),
    )
    .reverse();
}
