import { describe, expect, it } from "vitest";
import { type AnyStateMachine, type AnyStateNode, createActor } from "xstate";
import { getStateNodes } from "xstate/graph";
import {
  circuitBreakerMachine,
  clientMachine,
  connectionMachine,
  flushLoopMachine,
  freshnessMachine,
  originHoldMachine,
  persistenceMachine,
  refreshMachine,
} from "../../machines";
import { requiredCallback, requiredPromise } from "../../machines/required";

const machines: Record<string, AnyStateMachine> = {
  circuitBreakerMachine,
  clientMachine,
  connectionMachine,
  flushLoopMachine,
  freshnessMachine,
  originHoldMachine,
  persistenceMachine,
  refreshMachine,
};

type Kind = "delays" | "guards" | "actions" | "actors";
interface Use {
  readonly kind: Kind;
  readonly name: string;
  readonly at: string;
}
type Named = string | { readonly type: string } | ((...args: never[]) => unknown);

const nameOf = (used: Named): string | undefined =>
  typeof used === "string" ? used : typeof used === "function" ? undefined : used.type;
const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

/** Every name that a state's configuration uses. */
function usesOf(node: AnyStateNode): Use[] {
  const use = (kind: Kind, used: Named | undefined): Use[] => {
    const name = used === undefined ? undefined : nameOf(used);
    return name === undefined ? [] : [{ kind, name, at: node.id }];
  };
  const ofTransition = (t: { guard?: unknown; actions?: unknown }): Use[] => [
    ...use("guards", t.guard as Named | undefined),
    ...list(t.actions as Named[]).flatMap((action) => use("actions", action)),
  ];
  const written = node.config as {
    after?: Record<string, unknown>;
    onDone?: unknown;
  };
  return [
    // As written: a delay whose name is misspelt is otherwise silently no delay at all.
    ...Object.keys(written.after ?? {}).flatMap((delay) =>
      Number.isNaN(Number(delay)) ? use("delays", delay) : [],
    ),
    ...node.after.flatMap(ofTransition),
    ...[...node.transitions.values()].flat().flatMap(ofTransition),
    ...(node.always ?? []).flatMap(ofTransition),
    ...[...node.entry, ...node.exit].flatMap((action) =>
      // Entry and exit carry XState's own timers and invocations as well.
      nameOf(action as Named)?.startsWith("xstate.") ? [] : use("actions", action as Named),
    ),
    ...node.invoke.flatMap((invoke) => [
      ...use("actors", invoke.src as Named),
      ...(["onDone", "onError", "onSnapshot"] as const).flatMap((on) =>
        list(invoke[on] as never).flatMap((t) => (typeof t === "object" ? ofTransition(t) : [])),
      ),
    ]),
  ];
}

function usesIn(machine: AnyStateMachine): Use[] {
  return [machine.root, ...getStateNodes(machine.root)].flatMap(usesOf);
}

function unimplemented(machine: AnyStateMachine): string[] {
  const known = machine.implementations as Record<Kind, Record<string, unknown>>;
  return usesIn(machine)
    .filter(({ kind, name }) => !Object.hasOwn(known[kind], name))
    .map(({ kind, name, at }) => `${at}: ${kind} ${name}`);
}

describe("every name used is implemented, and every name implemented is used", () => {
  it.each(Object.entries(machines))("%s uses no name without implementation", (_, machine) => {
    expect(unimplemented(machine)).toEqual([]);
  });

  it("finds a misspelt delay, guard, action and actor", () => {
    const machine = circuitBreakerMachine.provide({});
    const { implementations } = machine;
    const without = (kind: Kind, name: string) => {
      const rest = { ...(implementations[kind] as Record<string, unknown>) };
      delete rest[name];
      return unimplemented({
        root: machine.root,
        implementations: { ...implementations, [kind]: rest },
      } as unknown as AnyStateMachine);
    };
    expect(without("delays", "recoveryTimeout")).toEqual(["circuit.open: delays recoveryTimeout"]);
    expect(without("guards", "probeDue")).toEqual(["circuit.open: guards probeDue"]);
    expect(without("guards", "thresholdReached")).toEqual([
      "circuit.closed: guards thresholdReached",
    ]);
    expect(without("actions", "planProbe")).toEqual(["circuit.open: actions planProbe"]);
    expect(without("actions", "countSuccess")).toEqual([
      "circuit.half_open.probing: actions countSuccess",
    ]);
    const save = { ...persistenceMachine.implementations, actors: {} };
    const bare = { root: persistenceMachine.root, implementations: save };
    expect(unimplemented(bare as unknown as AnyStateMachine)).toEqual([
      "persistence.saving: actors save",
      "persistence.finishing: actors save",
    ]);
  });

  it.each(Object.entries(machines))("%s implements no name that nothing uses", (_, machine) => {
    const known = machine.implementations as Record<Kind, Record<string, unknown>>;
    const used = usesIn(machine);
    const idle = (["delays", "actions", "actors"] as const).flatMap((kind) =>
      Object.keys(known[kind])
        .filter((name) => !used.some((use) => use.kind === kind && use.name === name))
        .map((name) => `${kind} ${name}`),
    );
    expect(idle).toEqual([]);
  });
});

describe("an actor that was not provided", () => {
  const stubs = Object.entries(machines).flatMap(([owner, machine]) =>
    Object.entries(machine.implementations.actors as Record<string, unknown>)
      .filter(([, logic]) => !Object.hasOwn(logic as object, "root"))
      .map(([name, logic]) => [owner, name, logic] as const),
  );

  it("stands for all that does I/O", () => {
    expect(stubs.map(([owner, name]) => `${owner} ${name}`)).toEqual([
      "clientMachine loadCache",
      "clientMachine compileRules",
      "clientMachine restoreEvents",
      "clientMachine watchPage",
      "connectionMachine readStream",
      "flushLoopMachine sendBatch",
      "persistenceMachine save",
      "refreshMachine identifyUser",
      "refreshMachine fetchFlags",
    ]);
  });

  it.each(stubs)("of %s: %s says that it must be provided, and how", async (_, name, logic) => {
    const error = await new Promise((resolve) => {
      const actor = createActor(logic as ReturnType<typeof requiredPromise>, { input: {} });
      actor.subscribe({ error: resolve });
      actor.start();
    });
    expect(error).toEqual(
      new Error(
        `The actor "${name}" must be provided: machine.provide({ actors: { ${name}: … } }).`,
      ),
    );
  });

  it("is made by two helpers that name it", async () => {
    for (const logic of [requiredPromise("wizard"), requiredCallback("wizard")]) {
      const error = await new Promise((resolve) => {
        const actor = createActor(logic as ReturnType<typeof requiredPromise>, { input: {} });
        actor.subscribe({ error: resolve });
        actor.start();
      });
      expect(String(error)).toContain('"wizard" must be provided');
    }
  });
});
