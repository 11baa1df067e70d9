import config from "../../../stately.config.json";

/** What the SDK's own list says of a machine; of any other XState machine it says nothing. */
interface MachineText {
  readonly actors: readonly string[];
  readonly description: string;
  readonly states: Readonly<Record<string, string>>;
  readonly events: Readonly<
    Record<string, { readonly from: string; readonly description: string }>
  >;
}

const texts: ReadonlyMap<string, MachineText> = new Map(
  (config.machines as readonly MachineText[]).flatMap((machine) =>
    machine.actors.map((actor) => [actor, machine] as const),
  ),
);

export function describeMachine(actor: string): string | undefined {
  return texts.get(actor)?.description;
}

/** @param path keys of the state from the machine's root on, joined by dots */
export function describeState(actor: string, path: string): string | undefined {
  return lookUp(texts.get(actor)?.states, path);
}

export function describeEvent(actor: string, event: string): string | undefined {
  return lookUp(texts.get(actor)?.events, event)?.description;
}

function lookUp<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
