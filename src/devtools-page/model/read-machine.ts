import { eventName } from "./event-name";
import { type Fields, fieldsOf, listOf, textOf } from "./json";
import { ALWAYS, type Machine, type Reaction, type StateNode } from "./machine";

/** Where targets can lead to: paths by the ids that states have. */
type Ids = Map<string, string>;

/** Reads a definition. @returns `undefined` for text that defines no machine */
export function readMachine(definition: string): Machine | undefined {
  const config = parse(definition);
  if (config === undefined) return undefined;
  const id = textOf(config["id"]) ?? "machine";
  const ids: Ids = new Map();
  collectIds(config, id, "", ids);
  const root = readState(config, "", "", { id, ids });
  const nodes = new Map<string, StateNode>();
  collectNodes(root, nodes);
  return { id, description: root.description, root, nodes };
}

function parse(definition: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(definition));
  } catch {
    return undefined;
  }
}

function collectIds(state: Fields, machineId: string, path: string, ids: Ids): void {
  ids.set(path === "" ? machineId : `${machineId}.${path}`, path);
  const own = textOf(state["id"]);
  if (own !== undefined) ids.set(own, path);
  for (const [key, child] of Object.entries(fieldsOf(state["states"]) ?? {})) {
    collectIds(fieldsOf(child) ?? {}, machineId, join(path, key), ids);
  }
}

interface Scope {
  readonly id: string;
  readonly ids: Ids;
}

function readState(state: Fields, path: string, key: string, scope: Scope): StateNode {
  const states = Object.entries(fieldsOf(state["states"]) ?? {});
  return {
    path,
    key,
    type: typeOf(state, states.length > 0),
    initial: textOf(state["initial"]) ?? textOf(fieldsOf(state["initial"])?.["target"]),
    description: textOf(state["description"]),
    isDetail: listOf(state["tags"]).includes("detail"),
    children: states.map(([child, config]) =>
      readState(fieldsOf(config) ?? {}, join(path, child), child, scope),
    ),
    reactions: reactionsOf(state, path, scope),
    invokes: listOf(state["invoke"]).flatMap((invoke) => invokedName(invoke) ?? []),
  };
}

function typeOf(state: Fields, hasStates: boolean): StateNode["type"] {
  const type = state["type"];
  if (type === "parallel" || type === "final" || type === "history") return type;
  return hasStates ? "compound" : "atomic";
}

function reactionsOf(state: Fields, path: string, scope: Scope): Reaction[] {
  const ownId = path === "" ? scope.id : `${scope.id}.${path}`;
  const written: (readonly [event: string, reaction: unknown])[] = [
    [ALWAYS, state["always"]],
    ...Object.entries(fieldsOf(state["on"]) ?? {}),
    ...Object.entries(fieldsOf(state["after"]) ?? {}).map(
      ([delay, reaction]) => [`after.${delay}`, reaction] as const,
    ),
    [eventName(`xstate.done.state.${ownId}`), state["onDone"]],
    ...listOf(state["invoke"]).flatMap((invoke, index) => {
      const fields = fieldsOf(invoke) ?? {};
      const name = eventName(`xstate.done.actor.${textOf(fields["id"]) ?? `${index}.${ownId}`}`);
      return [
        [name, fields["onDone"]],
        [name.replace("done.", "error."), fields["onError"]],
      ] as const;
    }),
  ];
  return written.flatMap(([event, reaction]) =>
    listOf(reaction).map((one) => readReaction(event, one, path, scope.ids)),
  );
}

function readReaction(event: string, written: unknown, path: string, ids: Ids): Reaction {
  const fields: Fields =
    typeof written === "string" ? { target: written } : (fieldsOf(written) ?? {});
  return {
    event,
    guard: nameOf(fields["guard"]),
    targets: listOf(fields["target"]).flatMap((target) => resolve(textOf(target), path, ids) ?? []),
    description: textOf(fields["description"]),
  };
}

/** `sibling`, `.child` or `#id` → a path. */
function resolve(target: string | undefined, path: string, ids: Ids): string | undefined {
  if (target === undefined) return undefined;
  if (target.startsWith(".")) return join(path, target.slice(1));
  if (!target.startsWith("#")) return join(path.split(".").slice(0, -1).join("."), target);
  const name = target.slice(1);
  const [id, known] = [...ids].reduce<readonly [string, string] | readonly []>(
    (best, [candidate, at]) =>
      (name === candidate || name.startsWith(`${candidate}.`)) &&
      candidate.length >= (best[0]?.length ?? 0)
        ? [candidate, at]
        : best,
    [],
  );
  return id === undefined ? undefined : join(known ?? "", name.slice(id.length + 1));
}

function nameOf(named: unknown): string | undefined {
  return textOf(named) ?? textOf(fieldsOf(named)?.["type"]);
}

function invokedName(invoke: unknown): string | undefined {
  const fields = fieldsOf(invoke);
  return textOf(fields?.["id"]) ?? textOf(fields?.["src"]);
}

function collectNodes(node: StateNode, nodes: Map<string, StateNode>): void {
  for (const child of node.children) {
    nodes.set(child.path, child);
    collectNodes(child, nodes);
  }
}

function join(path: string, key: string): string {
  return [path, key].filter((part) => part !== "").join(".");
}
