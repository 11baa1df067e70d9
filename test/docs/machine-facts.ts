import type { AnyStateMachine, AnyTransitionDefinition } from "xstate";

type StateNode = AnyStateMachine["root"];
type Named = string | { readonly type: string };

const nameOf = (named: Named): string => (typeof named === "string" ? named : named.type);
const childrenOf = (node: StateNode) => Object.values(node.states) as StateNode[];

/** A node and everything in it. */
export function nodesOf(node: StateNode): StateNode[] {
  return [node, ...childrenOf(node).flatMap(nodesOf)];
}

/** Whether one state is the other, in it, or around it. */
export function areRelated(a: StateNode, b: StateNode): boolean {
  const [outer, inner] = a.path.length < b.path.length ? [a, b] : [b, a];
  return outer.path.every((key, depth) => inner.path[depth] === key);
}

/** All transitions that a state has itself, with what happens at once among them. */
export function transitionsOf(node: StateNode): AnyTransitionDefinition[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
}

/** Every state by its public name, as `region name`. */
export function namesOf(machine: AnyStateMachine, actor: string): string[] {
  return [...new Set(namesIn(machine.root, actor, []))];
}

// Restates the rule of src/client/state-name.ts for all states at once: outermost
// and innermost state of a region; the first region speaks for its parent, and
// details do not name what is named already.
function namesIn(node: StateNode, region: string, path: readonly string[]): string[] {
  const children = childrenOf(node);
  if (children.length === 0) {
    const [outer = ""] = path;
    return [`${region} ${path.length > 1 ? `${outer}.${path.at(-1)}` : outer}`];
  }
  return children.flatMap((child, index) => {
    if (node.type !== "parallel") {
      const unnamed = child.tags.includes("detail") && path.length > 0;
      return namesIn(child, region, unnamed ? path : [...path, child.key]);
    }
    return index === 0
      ? namesIn(child, region, path)
      : namesIn(child, `${region}.${child.key}`, []);
  });
}

/** Everything about a machine that is not a function. */
export function shapeOf(machine: AnyStateMachine): unknown[] {
  return nodesOf(machine.root).map((node) => ({
    path: node.path,
    id: node.id,
    type: node.type,
    tags: node.tags,
    initial: node.type === "compound" && node.initial.target.map(({ path }) => path),
    entry: node.entry.map((action) => nameOf(action as Named)),
    exit: node.exit.map((action) => nameOf(action as Named)),
    invoke: node.invoke.map(({ id, src, systemId }) => ({ id, src, systemId })),
    transitions: transitionsOf(node).map((one) => ({
      event: one.eventType,
      guard: one.guard && nameOf(one.guard as Named),
      target: one.target?.map(({ path }) => path),
      reenter: one.reenter,
      actions: one.actions.map((action) => nameOf(action as Named)),
    })),
  }));
}

/** Stand-ins for everything that a machine names. */
export function implementationsOf({ implementations }: AnyStateMachine): object {
  const stubs = (names: object, stub: unknown) =>
    Object.fromEntries(Object.keys(names).map((name) => [name, stub]));
  return {
    actions: stubs(implementations.actions, () => {}),
    guards: stubs(implementations.guards, () => true),
    delays: stubs(implementations.delays, 1),
    actors: implementations.actors,
  };
}
