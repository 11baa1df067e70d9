import {
  type AnyActorRef,
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  createEmptyActor,
  type EventObject,
} from "xstate";
import { getShortestPaths, getStateNodes } from "xstate/graph";

export type Graphed = AnyMachineSnapshot;

export interface Reached {
  /** The events that lead there. */
  readonly events: readonly string[];
  readonly state: Graphed;
}

export interface Exploration {
  readonly input?: unknown;
  /** What the world may say in that state; timers and ends of actors are added by themselves. */
  readonly events: (state: Graphed) => readonly EventObject[];
  /** What the actors of a machine may bring, by the name of their source. */
  readonly outputs?: Readonly<Record<string, readonly unknown[]>>;
  /** What the actors of a machine may fail with, by the name of their source. */
  readonly failures?: Readonly<Record<string, readonly unknown[]>>;
  /** What tells two states of the same value apart. */
  readonly distinct?: (state: Graphed) => unknown;
  readonly limit?: number;
}

/** Every state that the machine can get into, with the shortest way there. */
export function explore(machine: AnyStateMachine, options: Exploration): Reached[] {
  const logic = {
    ...machine,
    getInitialSnapshot: (scope: AnyActorScope, input: unknown) =>
      machine.getInitialSnapshot(scoped(scope), input),
    transition: (state: Graphed, event: EventObject, scope: AnyActorScope) =>
      machine.transition(state, event, scoped(scope)),
  };
  const paths = getShortestPaths(
    logic as never,
    {
      input: options.input,
      events: (state: Graphed) => [...options.events(state), ...systemEvents(state, options)],
      serializeState: (state: Graphed) =>
        JSON.stringify([state.status, state.value, options.distinct?.(state)]),
      serializeEvent: (event: EventObject) => JSON.stringify(event),
      limit: options.limit ?? 200_000,
    } as never,
  ) as { state: Graphed; steps: { event: EventObject }[] }[];
  return paths.map(({ state, steps }) => ({
    state,
    events: steps.slice(1).map(({ event }) => JSON.stringify(event)),
  }));
}

const parent = createEmptyActor();

/** The graph tools know no parents, and `sendParent` insists on one. */
function scoped(scope: AnyActorScope): AnyActorScope {
  const self = Object.assign(Object.create(scope.self) as AnyActorRef, { _parent: parent });
  return { ...scope, self };
}

const nowhere = {
  self: parent,
  logger: () => {},
  id: "",
  sessionId: "",
  defer: () => {},
  system: parent.system,
  stopChild: () => {},
  emit: () => {},
  actionExecutor: () => {},
} as unknown as AnyActorScope;

/** The state that follows, with nothing done. */
export function next(machine: AnyStateMachine, state: Graphed, event: EventObject): Graphed {
  return machine.transition(state, event, scoped(nowhere));
}

/** The timers and ends of actors that can happen in a state. */
export function systemEvents(
  state: Graphed,
  { outputs = {}, failures = {} }: Pick<Exploration, "outputs" | "failures">,
): EventObject[] {
  if (state.status !== "active") return [];
  return nodesOf(state).flatMap((node) => [
    ...timersOf(node),
    ...node.invoke.flatMap(({ id, src }) => [
      ...(outputs[String(src)] ?? []).map((output) => ({
        type: `xstate.done.actor.${id}`,
        actorId: id,
        output,
      })),
      ...(failures[String(src)] ?? []).map((error) => ({
        type: `xstate.error.actor.${id}`,
        actorId: id,
        error,
      })),
    ]),
  ]);
}

function timersOf(node: AnyStateNode): EventObject[] {
  return [...new Set(node.after.map(({ eventType }) => eventType))].map((type) => ({ type }));
}

/** The active state nodes of a snapshot. */
export function nodesOf(state: Graphed): AnyStateNode[] {
  return state._nodes as AnyStateNode[];
}

/** Whether a delayed transition is pending in that state. */
export function hasTimer(state: Graphed): boolean {
  return state.status === "active" && nodesOf(state).some((node) => node.after.length > 0);
}

/** State nodes in which no path ended, but for those that are always left at once. */
export function unreached(machine: AnyStateMachine, reached: readonly Reached[]): string[] {
  const seen = new Set(reached.flatMap(({ state }) => nodesOf(state)));
  return getStateNodes(machine.root)
    .filter((node) => !seen.has(node) && !isPassing(node))
    .map((node) => node.path.join("."));
}

function isPassing(node: AnyStateNode): boolean {
  return (node.always ?? []).some(({ guard }) => guard === undefined);
}
