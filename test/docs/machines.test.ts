import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createMachine } from "xstate";
import { CONFIG, type Described, describedMachines } from "../../docs/generator/config";
import { definitionOf } from "../../docs/generator/definition";
import { mermaidOf } from "../../docs/generator/mermaid";
import { outdated, outputs, problems } from "../../docs/generator/outputs";
import { viewsOf } from "../../docs/generator/views";
import * as exported from "../../machines";
import { drawingOf, inventedIn, missingIn } from "./machine-drawings";
import { implementationsOf, namesOf, nodesOf, shapeOf } from "./machine-facts";
import { ROOT, rowsOf, sectionOf } from "./markdown";

const machines = describedMachines();
const named = machines.map((one) => [one.text.id, one] as const);
const made = outputs(machines);
const page = { path: CONFIG.page, text: made.get(CONFIG.page) ?? "" };

/** The same machine, described otherwise. */
function reworded({ text, machine }: Described, changes: Partial<Described["text"]>): Described {
  return { text: { ...text, ...changes }, machine };
}

function machine(id: string): Described {
  const found = machines.find(({ text }) => text.id === id);
  if (found === undefined) throw new Error(`There is no machine ${id}.`);
  return found;
}

describe("stately.config.json", () => {
  it("lists every machine, where it is", () => {
    const real = Object.entries(exported).filter(([, value]) => "root" in Object(value));
    expect(machines.map(({ text }) => text.export).sort()).toEqual(
      real.map(([name]) => name).sort(),
    );
    for (const { text } of machines) {
      expect(readFileSync(join(ROOT, text.source), "utf8")).toContain(`const ${text.export} =`);
    }
  });

  it("names every actor that runs a machine", () => {
    const { invoke } = machine("client").machine.root;
    const run = invoke.map(({ id }) => id).filter((id) => id !== "page");
    expect(machines.flatMap(({ text }) => text.actors).sort()).toEqual(["client", ...run].sort());
  });

  it("describes every state and every event, and nothing else", () => {
    expect(problems(machines)).toEqual([]);
  });

  it.each<[string, Partial<Described["text"]>, string]>([
    ["a state without words", { states: {} }, 'the state "free" has no description: write one.'],
    [
      "a state of blanks",
      { states: { free: " ", held: "…" } },
      'the state "free" has no description: write one.',
    ],
    [
      "a state that is not there",
      { states: { ...machine("hold").text.states, helt: "…" } },
      'there is no state "helt": rename or remove its description.',
    ],
    [
      "an event without words",
      { events: {} },
      'the event "hold.requested" has no description: write one.',
    ],
    [
      "an event of nobody",
      {
        events: { ...machine("hold").text.events, "clock.checked": { from: "", description: "…" } },
      },
      'the event "clock.checked" has no description: write one.',
    ],
    [
      "an event that is not there",
      { events: { ...machine("hold").text.events, halt: { from: "client", description: "…" } } },
      'there is no event "halt": rename or remove its description.',
    ],
    ["a machine without words", { description: "" }, "the machine has no description: write one."],
    ["a machine of no promises", { invariants: [] }, 'say what always holds ("invariants").'],
    ["another machine", { id: "hald" }, 'the machine\'s own id is "hold".'],
  ])("is wrong about %s", (_, changes, problem) => {
    const wrong = problems([reworded(machine("hold"), changes)]);
    expect(wrong).toContain(`stately.config.json, ${changes.id ?? "hold"}: ${problem}`);
  });
});

describe("what npm run machines makes", () => {
  const read = (path: string) =>
    existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), "utf8") : undefined;

  it("is up to date", () => {
    expect(outdated(made, read, [])).toEqual([]);
  });

  it("is the same each time", () => {
    expect([...outputs()]).toEqual([...made]);
  });

  it("is out of date when a machine, or what is said of it, has changed", () => {
    const { text, machine: hold } = machine("hold");
    const states = { ...hold.config.states, overheld: {} };
    const changed = { text, machine: createMachine({ ...hold.config, states } as never) };
    const stale = ["docs/machines.md", "docs/machines/hold.json"].map(
      (path) => `${path} is out of date: npm run machines`,
    );
    const withHold = (one: Described) => machines.map((old) => (old.text === text ? one : old));
    // A name that no transition leads to: drawn and defined, but in no table of words.
    const drawn = { ...text, states: { ...text.states, overheld: "…" } };
    expect(outdated(outputs(withHold({ ...changed, text: drawn })), read, []).sort()).toEqual(
      stale,
    );
    const events = { ...text.events, "clock.checked": { from: "nobody", description: "…" } };
    const renamed = reworded(machine("hold"), { events });
    expect(outdated(outputs(withHold(renamed)), read, []).sort()).toEqual(stale);
  });

  it("lacks a file that is not there, and none of a machine that is gone", () => {
    const [first = ""] = made.keys();
    expect(
      outdated(made, (path) => made.get(path === first ? "" : path), ["docs/machines/x.json"]),
    ).toEqual([
      `${first} is out of date: npm run machines`,
      "docs/machines/x.json belongs to no machine of stately.config.json: remove it.",
    ]);
  });
});

describe.each(named)("the definition of %s", (_, described) => {
  const json = JSON.parse(definitionOf(described));

  it("has the machine's states and transitions when it is imported", () => {
    const imported = createMachine(json, implementationsOf(described.machine) as never);
    expect(shapeOf(imported)).toEqual(shapeOf(described.machine));
  });

  it("has the words for each state", () => {
    const [root, ...states] = nodesOf(createMachine(json).root);
    const said = states.map(({ path, description }) => [path.join("."), description]);
    expect(root?.description).toBe(described.text.description);
    expect(Object.fromEntries(said)).toEqual(described.text.states);
  });

  it("has the words for each event", () => {
    const said = new Map(
      nodesOf(createMachine(json).root).flatMap((node) =>
        [...node.transitions].map(([event, [first]]) => [event, first?.description] as const),
      ),
    );
    for (const [event, { description }] of Object.entries(described.text.events)) {
      expect([event, said.get(event)]).toEqual([event, description]);
    }
  });
});

it("defines no machine that hides a function", () => {
  const { text } = machine("hold");
  const hiding = createMachine({ id: "hold", on: { "clock.checked": { guard: () => true } } });
  expect(() => definitionOf({ text, machine: hiding })).toThrow(
    'A function without a name stands for "guard": name it in setup().',
  );
});

describe.each(named)("the page on %s", (id, described) => {
  const { text, machine: drawn } = described;
  const [actor = ""] = text.actors;
  const rows = rowsOf({ ...page, text: sectionOf(page, `## ${text.title ?? id}`) });
  const plain = (cells: readonly string[]) => cells.map((cell) => cell.replaceAll("`", ""));

  it("names every state as the client does", () => {
    const states = rows.filter(([, state]) => state?.startsWith("`")).map(plain);
    const names = states.map(([region, state]) => `${region} ${state}`);
    expect(names.sort()).toEqual(namesOf(drawn, actor).sort());
    expect(states.filter(([, , meaning]) => meaning === "")).toEqual([]);
  });

  it("says of every event whose it is and what it means", () => {
    const said = new Map(rows.map(plain).map(([event, ...rest]) => [event, rest]));
    for (const [event, { from, description }] of Object.entries(text.events)) {
      expect(said.get(event)).toEqual(plain([from, description]));
    }
  });

  it("draws each state once in a diagram, under an id of its own", () => {
    for (const { states, arrows, unknown } of drawings(described)) {
      expect(unknown).toEqual([]);
      expect(states.length).toBeGreaterThan(1);
      expect(new Set(states).size).toBe(states.length);
      const ends = arrows.flatMap(({ from, to }) => [from, to]).filter((end) => end !== "[*]");
      expect(ends.filter((end) => !states.includes(end))).toEqual([]);
    }
  });

  it("draws every way from one state into another, and no other", () => {
    expect(missingIn(drawings(described), drawn)).toEqual([]);
    expect(drawings(described).flatMap((drawing) => inventedIn(drawing, drawn))).toEqual([]);
  });
});

it("lets states side by side end together, not from the middle of one", () => {
  const arrows = drawings(machine("client")).flatMap((drawing) => drawing.arrows);
  const ending = arrows.filter(({ events }) => events.includes("all done"));
  expect(ending.map(({ from }) => from)).toEqual([
    "client_phase_closing",
    "client_phase_closing_draining_any",
    "client_phase_closing_saving_any",
  ]);
});

function drawings(described: Described) {
  return viewsOf(described).map((view) => drawingOf(mermaidOf(view)));
}
