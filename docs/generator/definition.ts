import type { Described, MachineText } from "./config";

type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };
type Fields = Readonly<Record<string, unknown>>;

/** Where a machine computes values; everywhere else it must name what it does. */
const COMPUTED = ["context", "input", "output", "params"];

/**
 * The machine as plain data: its configuration without functions, with the
 * descriptions. Stately Studio imports it, and so does `createMachine`.
 */
export function definitionOf({ text, machine }: Described): string {
  const { id, ...config } = machine.config;
  const definition = { id, description: text.description, ...stateOf(config as Fields, [], text) };
  return `${JSON.stringify(definition, null, 2)}\n`;
}

function stateOf(state: Fields, path: readonly string[], text: MachineText): Fields {
  const { states, on, context: _, ...rest } = state;
  const description = text.states[path.join(".")];
  return {
    ...(description !== undefined && { description }),
    ...(plain(rest) as Fields),
    ...(on !== undefined && {
      on: mapped(on as Fields, (to, event) => transitionsOf(to, text.events[event]?.description)),
    }),
    ...(states !== undefined && {
      states: mapped(states as Fields, (child, key) =>
        stateOf(child as Fields, [...path, key], text),
      ),
    }),
  };
}

/** What an event does; the first of several possibilities bears the description. */
function transitionsOf(written: unknown, description: string | undefined): Json {
  const list = (Array.isArray(written) ? written : [written]).map((one) =>
    typeof one === "string" ? { target: one } : (plain(one) as { [key: string]: Json }),
  );
  const described = list.map((one, index) =>
    index === 0 && description !== undefined ? { description, ...one } : one,
  );
  return described.length === 1 ? (described[0] as Json) : described;
}

/** A value without what it computes. */
function plain(value: unknown, key = ""): Json | undefined {
  if (typeof value === "function") {
    if (COMPUTED.includes(key)) return undefined;
    throw new Error(`A function without a name stands for "${key}": name it in setup().`);
  }
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.map((item) => plain(item, key) as Json);
  if (typeof value !== "object" || value === null) return value as Json;
  const kept = Object.entries(value)
    .map(([name, inner]) => [name, plain(inner, name)] as const)
    .filter(([, inner]) => inner !== undefined);
  const [only, ...others] = kept;
  // What named an action or guard and computed its parameters is the name now.
  if (only?.[0] === "type" && others.length === 0 && "params" in value) return only[1];
  return Object.fromEntries(kept);
}

function mapped(fields: Fields, map: (value: unknown, key: string) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, map(value, key)]));
}
