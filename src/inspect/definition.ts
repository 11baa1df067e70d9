import { bytesOf, CUT } from "./bytes";
import { MAX_EVENT_BYTES, MAX_REGISTRATION_BYTES } from "./defaults";
import type { Fields } from "./plain-fields";

/** What else is in a registration: a snapshot, ids, a name. */
const ROOM = MAX_REGISTRATION_BYTES - MAX_EVENT_BYTES;
const MAX_DEPTH = 64;

const DRAWN = ["description"];
const ACTIONS = ["actions", "entry", "exit"];
const REACTIONS = ["on", "after", "always", "onDone", "invoke"];
/** What is left out of a machine that is too large, less important things first. */
const OMISSIONS = [[], DRAWN, [...DRAWN, ...ACTIONS], [...DRAWN, ...ACTIONS, ...REACTIONS]];

type Json = undefined | boolean | string | readonly Json[] | { readonly [key: string]: Json };
type Read = (value: unknown, depth: number) => Json;

/**
 * A machine's configuration as JSON text, fit for a registration: what a statechart
 * is drawn from, names in place of functions, and nothing that computes or holds data.
 */
export function definitionOf(config: unknown): string {
  for (const [step, omitted] of OMISSIONS.entries()) {
    const definition = stateOf(omitted)(config, MAX_DEPTH) as Fields;
    const text = JSON.stringify({ ...definition, ...(step > 0 && { [CUT]: omitted.join(", ") }) });
    // It is a text within a text.
    if (bytesOf(JSON.stringify(text)) <= ROOM) return text;
  }
  const { id } = Object(config) as { readonly id?: unknown };
  return JSON.stringify({ id: typeof id === "string" ? id.slice(0, 200) : "", [CUT]: "states" });
}

function stateOf(omitted: readonly string[]): Read {
  const transition = object({
    target: oneOrMany(text),
    guard: name,
    actions: oneOrMany(name),
    reenter: flag,
    description: text,
  });
  const transitions = oneOrMany(orText(transition));
  const byKey = record(transitions);
  const fields: Record<string, Read> = {
    id: text,
    description: text,
    type: text,
    initial: orText(transition),
    history: orText(flag),
    target: oneOrMany(text),
    tags: oneOrMany(text),
    entry: oneOrMany(name),
    exit: oneOrMany(name),
    invoke: oneOrMany(
      object({
        id: text,
        systemId: text,
        src: name,
        onDone: transitions,
        onError: transitions,
        onSnapshot: transitions,
      }),
    ),
    on: byKey,
    after: byKey,
    always: transitions,
    onDone: transitions,
    states: record((value, depth) => state(value, depth)),
  };
  const kept = Object.entries(fields).filter(([field]) => !omitted.includes(field));
  const state = object(Object.fromEntries(kept));
  return state;

  function object(shape: Readonly<Record<string, Read>>): Read {
    const known = Object.entries(shape).filter(([field]) => !omitted.includes(field));
    return (value, depth) => {
      if (typeof value !== "object" || value === null || depth === 0) return undefined;
      return Object.fromEntries(
        known.map(([field, read]) => [field, read((value as Fields)[field], depth - 1)]),
      );
    };
  }
}

const text: Read = (value) => (typeof value === "string" ? value : undefined);
const flag: Read = (value) => (typeof value === "boolean" ? value : undefined);

function orText(read: Read): Read {
  return (value, depth) => (typeof value === "string" ? value : read(value, depth));
}

function oneOrMany(read: Read): Read {
  return (value, depth) =>
    Array.isArray(value) ? value.map((item) => read(item, depth)) : read(value, depth);
}

function record(read: Read): Read {
  return (value, depth) => {
    if (typeof value !== "object" || value === null || depth === 0) return undefined;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, read(inner, depth - 1)]),
    );
  };
}

/** What an action, a guard or an actor is called; of `and`, `or`, `not` also what they join. */
function name(value: unknown, depth: number): Json {
  if (typeof value === "string" || value === undefined) return value;
  if (depth === 0 || value === null) return CUT;
  const { type, name: own, id, guards } = Object(value) as Fields;
  const label = [type, own, id].find((one) => typeof one === "string" && one !== "") ?? "anonymous";
  if (!Array.isArray(guards)) return label as string;
  return `${label}(${guards.map((guard) => name(guard, depth - 1)).join(", ")})`;
}
