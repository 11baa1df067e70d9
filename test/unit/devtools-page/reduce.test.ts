import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LiveMessage } from "../../../src/dev-server/devtools/messages";
import { EMPTY, KEPT, type PageState } from "../../../src/devtools-page/model/page-state";
import { reduce } from "../../../src/devtools-page/model/reduce";
import type { InspectionMessage } from "../../../src/inspect/messages";
import { actorMessage, liveView, snapshotMessage } from "./messages";

let seq = 0;
const inspected = (message: InspectionMessage): LiveMessage => ({
  type: "inspection",
  sourceId: "p1",
  seq: ++seq,
  message,
});
const stateAfter = (...messages: readonly LiveMessage[]): PageState =>
  messages.reduce(reduce, EMPTY);
const summary = ({ transitions }: PageState) =>
  transitions.map(({ region, from, to, event }) => `${region}: ${from} → ${to} by ${event}`);

describe("transitions", () => {
  test("come from two snapshots that differ", () => {
    const state = stateAfter(
      inspected(actorMessage()),
      inspected(snapshotMessage({ open: "wide" }, "push", { createdAt: "1500" })),
      inspected(snapshotMessage("shut", "push", { createdAt: "1750" })),
    );
    expect(summary(state)).toEqual(["door: shut → open by push", "door: open → shut by push"]);
    expect(state.transitions.map(({ at, heldMs }) => [at, heldMs])).toEqual([
      [1500, 500],
      [1750, 250],
    ]);
  });

  test("none where only a detail changed, but the step is known", () => {
    const state = stateAfter(
      inspected(actorMessage({ snapshot: snapshotMessage({ open: "wide" }, "").snapshot })),
      inspected(snapshotMessage({ open: "ajar" }, "xstate.after.slack.door.open.wide")),
    );
    expect(summary(state)).toEqual([]);
    expect(state.actors.get("s1")?.latest).toMatchObject({ after: { open: "ajar" } });
  });

  test("none for a snapshot with the same value", () => {
    const state = stateAfter(
      inspected(actorMessage()),
      inspected(snapshotMessage("shut", "knock")),
    );
    expect(state.transitions).toEqual([]);
    expect(state.actors.get("s1")?.latest).toBeUndefined();
  });

  test("none of an actor that never said who it is", () => {
    const state = stateAfter(inspected(snapshotMessage("open", "push")));
    expect(state.actors.size).toBe(0);
  });

  test("are kept within bounds, the latest", () => {
    const flips = Array.from({ length: KEPT.transitions + 50 }, (_, index) =>
      inspected(snapshotMessage(index % 2 === 0 ? "locked" : "shut", `turn-${index}`)),
    );
    const state = stateAfter(inspected(actorMessage()), ...flips);
    expect(state.transitions).toHaveLength(KEPT.transitions);
    expect(state.transitions.at(-1)?.event).toBe(`turn-${KEPT.transitions + 49}`);
  });

  test("of a machine whose definition cannot be read have XState's words", () => {
    const state = stateAfter(
      inspected(actorMessage({ definition: "{" })),
      inspected(snapshotMessage({ a: "b" }, "go")),
    );
    expect(summary(state)).toEqual(['door: shut → {"a":"b"} by go']);
  });
});

test("a page that comes later, or again, knows what one knew that was there from the start", () => {
  const moves = fc.array(fc.constantFrom("shut", "locked", { open: "wide" }, { open: "ajar" }), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(moves, (values) => {
      const heard = values.map((value, index) => ({
        sourceId: "p1",
        seq: index,
        message: snapshotMessage(value, "move", { createdAt: String(2_000 + index) }),
      }));
      const live = stateAfter(
        { type: "all", view: liveView({ actors: [{ sourceId: "p1", actor: actorMessage() }] }) },
        ...heard.map((one) => ({ type: "inspection", ...one }) as const),
      );
      const snapshot = heard.at(-1)?.message.snapshot ?? actorMessage().snapshot;
      const actor = actorMessage({ snapshot });
      const later = stateAfter({
        type: "all",
        view: liveView({ actors: [{ sourceId: "p1", actor }], inspection: heard }),
      });
      expect(later.actors.get("s1")?.states).toEqual(live.actors.get("s1")?.states);
      // Where it was before the first of what is remembered nobody knows.
      expect(summary(live).slice(-summary(later).length || Infinity)).toEqual(summary(later));
      expect(summary(live).length - summary(later).length).toBeLessThanOrEqual(1);
    }),
  );
});

describe("the rest", () => {
  const totals = { requests: 1, events: 2, evaluations: 3 };

  test("a new beginning forgets all before", () => {
    const state = stateAfter(
      inspected(actorMessage()),
      { type: "streams", count: 4 },
      { type: "all", view: liveView() },
    );
    expect(state.actors.size).toBe(0);
    expect(state.streams).toBe(0);
  });

  test("records are appended and bounded, and bring totals", () => {
    const events = Array.from({ length: KEPT.records + 5 }, (_, index) => ({
      seq: index,
      flagKey: "f",
      eventName: "e",
      userId: "u",
      timestamp: "2026-01-01T00:00:00Z",
    }));
    const state = stateAfter({ type: "events", events, totals });
    expect(state.events).toHaveLength(KEPT.records);
    expect(state.events.at(-1)?.seq).toBe(KEPT.records + 4);
    expect(state.totals).toBe(totals);
    const report = { seq: 1, evaluations: {}, period_ms: 5 };
    expect(stateAfter({ type: "telemetry", report, totals })).toMatchObject({
      telemetry: [report],
      totals,
    });
  });

  test("flags in force end the complaint about refused ones", () => {
    const refused = stateAfter({ type: "flags_refused", message: "no" });
    expect(refused.flagsRefused).toBe("no");
    expect(reduce(refused, { type: "flags", flags: [] }).flagsRefused).toBeUndefined();
  });

  test("users, faults, streams and sources are replaced", () => {
    const source = { id: "p1", label: "process", connected: false, since: 5 };
    const state = stateAfter(
      { type: "users", users: [{ id: "u" }] },
      { type: "faults", faults: [{ id: "f", fault: {} }] },
      { type: "streams", count: 2 },
      { type: "source", source },
    );
    expect(state.users).toEqual([{ id: "u" }]);
    expect(state.faults).toEqual([{ id: "f", fault: {} }]);
    expect(state.streams).toBe(2);
    expect(state.sources.get("p1")).toBe(source);
  });

  test("a message of a newer server changes nothing", () => {
    expect(reduce(EMPTY, { type: "weather" } as never)).toBe(EMPTY);
  });
});
