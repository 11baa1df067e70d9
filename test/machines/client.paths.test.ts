import { describe, expect, it } from "vitest";
import { type CacheLoad, type ClientEvent, clientMachine } from "../../machines";
import { ANSWER, INPUT } from "./support/client-world";
import { errors } from "./support/errors";
import { explore, type Graphed, next, nodesOf, unreached } from "./support/graph";

const load = (grade: CacheLoad["grade"]): CacheLoad => ({ grade, age: 1, holdMs: 0, at: 0 });
const user = { epoch: 1, identify: true, plain: false, flags: "dropped", age: 0 } as const;
const clock = { at: 0, age: 0, rulesAge: 0 };
const error = errors.server();

const lifecycle: ClientEvent[] = [
  { type: "init", ...user },
  { type: "identify", ...user },
  { type: "close" },
];
const surroundings: ClientEvent[] = [
  { type: "go.offline" },
  { type: "go.online" },
  { type: "page.left" },
  { type: "page.returned", ...clock },
  { type: "key.refused", by: "refresh" },
  { type: "key.refused", by: "connection" },
];
const answers: ClientEvent[] = [
  { type: "fetch.succeeded", epoch: 1, answer: ANSWER, forced: false },
  { type: "fetch.succeeded", epoch: 0, answer: ANSWER, forced: false },
  { type: "fetch.failed", epoch: 1, failure: { kind: "error", error }, forced: false },
  { type: "fetch.failed", epoch: 0, failure: { kind: "error", error }, forced: false },
  { type: "attempt.failed", epoch: 1, error },
  { type: "freshness.changed", of: "flags", to: "fresh" },
];
const endings: ClientEvent[] = [
  { type: "channel.closed", channel: "tracking" },
  { type: "channel.closed", channel: "telemetry" },
  { type: "stores.due" },
];
const routed: ClientEvent[] = [
  { type: "refresh" },
  { type: "permit.requested", channel: "refresh", purpose: "flags" },
  { type: "permit.requested", channel: "connection", purpose: "stream" },
  { type: "permit.requested", channel: "tracking", purpose: "events" },
  { type: "probe.due" },
  { type: "user.established", epoch: 1 },
  { type: "stream.init", epoch: 1, flags: new Map() },
  { type: "hold.ended", spreadMs: 1 },
  { type: "circuit.opened" },
  { type: "woken", slept: true, ...clock },
  { type: "flush", channel: "tracking", count: 1 },
  { type: "flush.progressed", channel: "tracking", delivered: 1, rejected: 0 },
];

const outputs = {
  loadCache: (["fresh", "stale", "expired", "none"] as const).map(load),
  restoreEvents: [undefined],
  persistCache: [undefined],
  persistOutbox: [undefined],
};
const failures = { loadCache: [new Error("broken")], restoreEvents: [new Error("broken")] };
const distinct = ({ context }: Graphed) => [context.reserve, context.epoch];
const phaseOf = (state: Graphed) => state.value.phase as string | Record<string, unknown>;

// The regions are facts that hold side by side, so they are walked side by side: how
// far life has come and what is in hand; then what lets requests leave.
const life = explore(clientMachine, {
  input: INPUT,
  events: () => [...lifecycle, ...answers, ...endings],
  outputs,
  failures,
  distinct,
});
const world = explore(clientMachine, {
  input: INPUT,
  events: () => [...surroundings, ...lifecycle.slice(0, 2), ...answers.slice(0, 1)],
  outputs: { loadCache: [load("none")] },
  distinct,
});
const rules = explore(clientMachine, {
  input: INPUT,
  events: () => [
    ...lifecycle.slice(0, 1),
    ...answers.slice(0, 1),
    { type: "identify", ...user, flags: "evaluated" },
    { type: "identify", ...user, flags: "outdated" },
    { type: "stream.rules" },
    { type: "stream.lost" },
    { type: "stream.init", epoch: 1, flags: new Map() },
  ],
  outputs: {
    loadCache: [
      load("none"),
      { ...load("fresh"), rules: "serving", rulesAge: 1 },
      { ...load("none"), rules: "spare", rulesAge: 1 },
    ],
    compileRules: [undefined],
  },
  failures: { compileRules: [new Error("no chunk")] },
  distinct,
});
const reached = [...life, ...world, ...rules];

describe("all paths of the client", () => {
  it("reach every state", () => {
    expect(unreached(clientMachine, reached)).toEqual([]);
  });

  it("survive whatever is routed through, in every state", () => {
    for (const { state, events } of reached) {
      for (const event of [...routed, ...surroundings]) {
        const after = next(clientMachine, state, event);
        expect(after.status, `${events.join(" → ")} → ${event.type}`).toBe("active");
        // Only who decides may change: a server that sends flags may send no rules any more.
        const { evaluation } = after.value;
        if (routed.includes(event)) {
          expect(after.value, event.type).toEqual({ ...state.value, evaluation });
        }
      }
    }
  });

  it("hold rules for confirmed only while the stream that sent them is open", () => {
    const confirmed = rules.filter(
      ({ state }) => JSON.stringify(state.value.evaluation) === '{"local":"confirmed"}',
    );
    expect(confirmed.length).toBeGreaterThan(0);
    for (const { state, events } of confirmed) {
      expect(events.lastIndexOf('{"type":"stream.lost"}'), events.join(" → ")).toBeLessThan(
        events.lastIndexOf('{"type":"stream.rules"}'),
      );
      const lost = next(clientMachine, state, { type: "stream.lost" });
      expect(lost.value.evaluation).toEqual({ local: "doubtful" });
    }
  });

  it("let the server's answer decide unless rules are confirmed", () => {
    for (const { state, events } of rules) {
      const after = next(clientMachine, state, answers[0] as ClientEvent).value.evaluation;
      const before = JSON.stringify(state.value.evaluation);
      if (state.context.epoch !== 1 || before.includes("confirmed") || before === '"remote"') {
        expect(after, events.join(" → ")).toEqual(state.value.evaluation);
      } else expect(after, events.join(" → ")).toBe("overruled");
    }
  });

  it("read storage at most once at a time, always for the newest user", () => {
    for (const { state } of reached) {
      const reading = nodesOf(state).flatMap((node) =>
        node.invoke.filter(({ src }) => src === "loadCache"),
      );
      expect(reading.length).toBe(state.value.user === "loading" ? 1 : 0);
    }
  });

  it("keep what is ready ready until another user comes", () => {
    for (const { state, events } of reached) {
      if (state.value.readiness !== "ready") continue;
      for (const event of [...answers, ...surroundings, ...routed]) {
        expect(next(clientMachine, state, event).value.readiness, events.join(" → ")).toBe("ready");
      }
    }
  });

  it("drop every answer of an older user without a trace", () => {
    for (const { state, events } of reached) {
      for (const answer of answers) {
        if (!("epoch" in answer) || state.context.epoch === answer.epoch) continue;
        const after = next(clientMachine, state, answer);
        expect(after.value, events.join(" → ")).toEqual(state.value);
        expect(after.context).toEqual(state.context);
      }
    }
  });

  it("lead to closed from everywhere, with nothing but patience", () => {
    for (const { state, events } of reached) {
      let at = next(clientMachine, state, { type: "close" });
      expect(phaseOf(at) === "closed" || typeof phaseOf(at) === "object").toBe(true);
      for (const timer of [
        "closeTimeout.client.phase.closing.draining",
        "saveTimeout.client.phase.closing.saving",
      ]) {
        at = next(clientMachine, at, { type: `xstate.after.${timer}` });
      }
      expect(phaseOf(at), events.join(" → ")).toBe("closed");
    }
  });

  it("leave closed by nothing, and closing only to closed", () => {
    const said = [...lifecycle, ...surroundings, ...answers, ...endings, ...routed];
    for (const { state, events } of reached) {
      const phase = JSON.stringify(phaseOf(state));
      if (!phase.startsWith('{"closing"') && phase !== '"closed"') continue;
      for (const event of said) {
        const after = JSON.stringify(phaseOf(next(clientMachine, state, event)));
        const where = `${events.join(" → ")} → ${event.type}`;
        if (phase === '"closed"') expect(after, where).toBe(phase);
        else expect(after.startsWith('{"closing"') || after === '"closed"', where).toBe(true);
      }
    }
  });

  it("wait in init no longer than its time allows", () => {
    for (const { state, events } of reached) {
      const waits = nodesOf(state).some(({ key }) => key === "initializing");
      if (!waits) continue;
      const after = next(clientMachine, state, {
        type: "xstate.after.initTimeout.client.phase.initializing",
      });
      expect(phaseOf(after), events.join(" → ")).toBe("running");
    }
  });
});
