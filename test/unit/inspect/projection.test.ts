import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnyStateMachine, and, createMachine, not } from "xstate";
import * as machines from "../../../machines";
import { bytesOf } from "../../../src/inspect/bytes";
import { MAX_EVENT_BYTES, MAX_REGISTRATION_BYTES } from "../../../src/inspect/defaults";
import { definitionOf } from "../../../src/inspect/definition";
import type { ActorMessage, EventMessage, SnapshotMessage } from "../../../src/inspect/messages";
import { outgoingOf } from "../../../src/inspect/outgoing";
import { projectEvent, projectSnapshot } from "../../../src/inspect/project";
import { anyText } from "../../support/any-text";

const base = {
  _version: "0.7.2",
  id: "1234567",
  createdAt: "1795541570505",
  sessionId: "bpw995sz.12.x:12345",
  rootId: "bpw995sz.12.x:0",
};

describe("an event", () => {
  it("is its type, its numbers and its booleans", () => {
    const event = {
      type: "fetch.succeeded",
      epoch: 3,
      forced: false,
      until: null,
      delays: [1, Number.NaN],
      limit: Number.POSITIVE_INFINITY,
      channel: "refresh",
      answer: { flags: new Map([["beta", true]]) },
      names: ["ann"],
      error: new Error("secret"),
      call: () => {},
    };
    expect(projectEvent(event, false)).toEqual({
      type: "fetch.succeeded",
      epoch: 3,
      forced: false,
      until: null,
      delays: [1, null],
      limit: null,
    });
    expect(projectEvent(event, true)).toEqual({
      ...projectEvent(event, false),
      channel: "refresh",
    });
  });

  it.each(["xstate.done.actor.fetchFlags", "xstate.error.actor.fetchFlags", "xstate.init"])(
    "%s keeps its type only",
    (type) => {
      expect(projectEvent({ type, output: 7, error: 8, input: true }, true)).toEqual({ type });
    },
  );

  it("shows 16 numbers of a list, and that there were more", () => {
    const many = Array.from({ length: 17 }, (_, i) => i);
    expect(projectEvent({ type: "t", many }, false)).toEqual({
      type: "t",
      many: many.slice(0, 16),
      "…": 1,
    });
  });

  it("is something, whatever it is", () => {
    for (const odd of [undefined, null, 7, "x", [], { type: 7 }]) {
      expect(projectEvent(odd, true).type).toBe("");
    }
  });
});

describe("a snapshot", () => {
  it("is its status, its states, and of its context numbers and booleans", () => {
    const snapshot = {
      status: "active" as const,
      value: { feed: { streaming: "open" }, release: "free" },
      context: { attempt: 2, user: { id: "ann" }, channel: "x", reserve: undefined },
      output: "secret",
      error: "secret",
      children: {},
    };
    expect(projectSnapshot(snapshot, false, { source: "network" })).toEqual({
      status: "active",
      value: { feed: { streaming: "open" }, release: "free" },
      context: { source: "network", attempt: 2 },
    });
  });
});

describe("whatever is in it", () => {
  /** Looking for the smallest example of a failure ends here. */
  const limit = { interruptAfterTimeLimit: 5_000 };
  const canary = "CANARY-4711";
  const secrets = fc.oneof(
    fc.constant(canary),
    fc.constant({ id: canary, [canary]: canary }),
    fc.constant([canary, 1]),
    fc.constant(new Map([[canary, canary]])),
    fc.constant(new Error(canary)),
  );
  const anything = fc.dictionary(
    anyText({ maxLength: 30 }),
    fc.oneof(
      secrets,
      fc.anything(),
      anyText(),
      fc.array(fc.double(), { maxLength: 40 }),
      fc.double(),
    ),
    { maxKeys: 60 },
  );
  const stateValue = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { depthSize: "medium", withCrossShrink: true },
      anyText({ maxLength: 60 }),
      fc.dictionary(anyText({ maxLength: 60 }), tie("node"), { maxKeys: 8 }),
    ),
  })).node;
  const status = fc.constantFrom("active", "done", "error", "stopped");

  it("an event is at most as large as it may be, says what it lacks, and holds no text", () => {
    fc.assert(
      fc.property(anyText({ maxLength: 400 }), anything, (type, fields) => {
        const event = projectEvent({ ...fields, type }, false);
        const message: EventMessage = {
          ...base,
          type: "@xstate.event",
          sourceId: base.rootId,
          event,
        };
        const { text, message: sent } = outgoingOf(message);
        expect(bytesOf(text)).toBeLessThanOrEqual(MAX_EVENT_BYTES);
        expect(text).not.toContain(canary);
        expect(text).toBe(JSON.stringify(sent));
        const lost = Object.keys(event).filter((name) => !Object.hasOwn(sent.event, name));
        if (lost.length > 0) expect(sent.event["…"]).toBeGreaterThanOrEqual(lost.length);
      }),
      limit,
    );
  });

  it("a snapshot is, too", () => {
    fc.assert(
      fc.property(
        anyText({ maxLength: 400 }),
        anything,
        stateValue,
        status,
        (type, context, value, status) => {
          const message: SnapshotMessage = {
            ...base,
            type: "@xstate.snapshot",
            event: projectEvent({ ...context, type }, false),
            snapshot: projectSnapshot({ status, value, context }, false, { source: "network" }),
          };
          const { text, message: sent } = outgoingOf(message);
          expect(bytesOf(text)).toBeLessThanOrEqual(MAX_EVENT_BYTES);
          expect(text).not.toContain(canary);
          expect(sent.snapshot.status).toBe(status);
          expect(sent.snapshot.context["source"]).toBe("network");
          const before = message.snapshot.context;
          const lost = Object.keys(before).filter(
            (name) => !Object.hasOwn(sent.snapshot.context, name),
          );
          if (lost.length > 0) {
            expect(sent.snapshot.context["…"]).toBeGreaterThanOrEqual(lost.length);
          }
        },
      ),
      limit,
    );
  });

  it("a registration is, too, of any configuration", () => {
    fc.assert(
      fc.property(fc.anything(), anything, (odd, context) => {
        const definition = definitionOf(odd);
        expect(Object(JSON.parse(definition))).toBeTypeOf("object");
        const message: ActorMessage = {
          ...base,
          type: "@xstate.actor",
          name: "x".repeat(64),
          parentId: base.rootId,
          definition,
          snapshot: projectSnapshot({ status: "active", value: {}, context }, false, undefined),
        };
        expect(bytesOf(outgoingOf(message).text)).toBeLessThanOrEqual(MAX_REGISTRATION_BYTES);
      }),
      limit,
    );
  });
});

describe("a definition", () => {
  const ours = Object.values(machines).filter(
    (one): one is typeof one & AnyStateMachine => "root" in one,
  );

  it.each(ours.map((machine) => [machine.id, machine] as const))(
    "of %s is whole: XState makes the same states and transitions of it",
    (_, machine) => {
      const text = definitionOf(machine.config);
      expect(text).not.toContain("…");
      const again = createMachine(JSON.parse(text));
      expect(again.root.definition.id).toBe(machine.id);
      expect(outline(again.root)).toEqual(outline(machine.root));
    },
  );

  it("names what is a function", () => {
    const countFailure = () => true;
    const definition = JSON.parse(
      definitionOf({
        id: "m",
        context: { secret: 1 },
        entry: [countFailure, () => {}, { type: "log", params: { secret: 1 } }],
        on: {
          go: { guard: and(["open", not(countFailure)]), target: "b" },
        },
        states: {
          b: { invoke: { src: { id: "child" }, input: { secret: 1 } }, meta: { secret: 1 } },
        },
      }),
    );
    expect(definition).toEqual({
      id: "m",
      entry: ["countFailure", "anonymous", "log"],
      on: { go: { guard: "and(open, not(countFailure))", target: "b" } },
      states: { b: { invoke: { src: "child" } } },
    });
  });

  it("loses descriptions, then actions, then reactions, then its states when it is too large, and says so", () => {
    const states = (count: number, more: object) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`state-${i}`, more]));
    const cut = (count: number, more: object) =>
      JSON.parse(definitionOf({ id: "m", states: states(count, more) }))["…"];
    expect(cut(10, { description: "x".repeat(1_000) })).toBeUndefined();
    expect(cut(40, { description: "x".repeat(1_000) })).toBe("description");
    expect(cut(40, { entry: ["x".repeat(1_000)] })).toBe("description, actions, entry, exit");
    expect(cut(40, { on: { e: "x".repeat(1_000) } })).toMatch(
      /, on, after, always, onDone, invoke$/,
    );
    expect(cut(4_000, {})).toBe("states");
  });
});

type StateNode = AnyStateMachine["root"];

/** What a statechart shows of a state. */
function outline(node: StateNode): unknown {
  return {
    id: node.id,
    type: node.type,
    tags: node.tags,
    initial: node.initial?.target?.map(({ id }) => id),
    invoke: node.invoke.map(({ id }) => id),
    transitions: [...node.transitions.values(), node.always ?? []]
      .flat()
      .map(({ eventType, target }) => [eventType, target?.map(({ id }) => id) ?? []]),
    states: Object.values(node.states).map(outline),
  };
}
