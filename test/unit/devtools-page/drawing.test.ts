import ELK from "elkjs/lib/elk.bundled.js";
import { describe, expect, test } from "vitest";
import { drawMachine } from "../../../src/devtools-page/chart/draw-machine";
import { type Box, type Drawing, METRICS } from "../../../src/devtools-page/chart/drawing";
import { roundedPath } from "../../../src/devtools-page/chart/rounded-path";
import type { Machine } from "../../../src/devtools-page/model/machine";
import { readMachine } from "../../../src/devtools-page/model/read-machine";
import { ownMachines } from "./own-machines";

type Area = Pick<Box, "x" | "y" | "width" | "height">;

const elk = new ELK();
const widthOf = (text: string) => text.length * 7;
const draw = (machine: Machine, actor = machine.id) =>
  drawMachine(machine, actor, (graph) => elk.layout(graph), widthOf);

describe.each(ownMachines)("$id", ({ id, read }) => {
  test("draws every state and every way into another, nothing over another", async () => {
    const drawing = await draw(read, id);
    expect(new Set(drawing.boxes.map((box) => box.id))).toEqual(
      new Set([...read.nodes.keys(), ...marksIn(drawing)]),
    );
    expect(drawnWays(drawing)).toEqual(waysOf(read));
    expect(outside(drawing)).toEqual([]);
    expect(overlaps(drawing)).toEqual([]);
  });
});

test("a machine with nothing but a name is drawn", async () => {
  const bare = readMachine(JSON.stringify({ id: "bare" }));
  const drawing = bare && (await draw(bare));
  expect(drawing).toMatchObject({ boxes: [], edges: [] });
});

test("an edge from one region into another stays within the one that reacts", async () => {
  const machine = readMachine(
    JSON.stringify({
      id: "m",
      type: "parallel",
      states: {
        left: { initial: "a", states: { a: { on: { go: "#m.right.d" } }, b: {} } },
        right: { initial: "c", states: { c: {}, d: {} } },
      },
    }),
  );
  const drawing = machine && (await draw(machine));
  const lines = drawing?.edges.flatMap((edge) => edge.lines);
  expect(lines?.map(({ text }) => text)).toEqual(["go"]);
  expect(drawing?.edges.map(({ id }) => id)).toContain("right|right>right.d");
});

test("a path has round corners, and stays straight where there are none", () => {
  expect(
    roundedPath([
      { x: 0, y: 0 },
      { x: 0, y: 9 },
    ]),
  ).toBe("M0,0 L0,9");
  expect(
    roundedPath([
      { x: 0, y: 0 },
      { x: 0, y: 20 },
      { x: 4, y: 20 },
    ]),
  ).toBe("M0,0 L0,14 Q0,20 2,20 L4,20");
});

function marksIn(drawing: Drawing): string[] {
  return drawing.boxes
    .filter(({ kind }) => kind === "initial" || kind === "any")
    .map(({ id }) => id);
}

/** Each way once: of several guards all lead the same way. */
function waysOf(machine: Machine): string[] {
  const ways = [machine.root, ...machine.nodes.values()].flatMap(({ path, reactions }) =>
    reactions.flatMap(({ event, targets }) =>
      targets.map((target) => `${path} ${event} ${target}`),
    ),
  );
  return [...new Set(ways)].sort();
}

function drawnWays(drawing: Drawing): string[] {
  const ways = drawing.edges.flatMap(({ lines }) =>
    lines.map(({ arrow: { source, event, target } }) => `${source} ${event} ${target}`),
  );
  return [...new Set(ways)].sort();
}

function areasOf({ boxes, edges }: Drawing): (Area & { readonly what: string })[] {
  const isInner = ({ kind }: Box) => ["atomic", "final", "any", "initial"].includes(kind);
  const labels = edges.flatMap(({ id, x, y, label, lines }) =>
    label === undefined
      ? []
      : {
          what: `label of ${id}`,
          x: x + label.x + METRICS.labelPad,
          y: y + label.y,
          width: Math.max(...lines.map(({ text }) => widthOf(text))),
          height: lines.length * METRICS.labelLine,
        },
  );
  return [...boxes.filter(isInner).map((box) => ({ ...box, what: box.id })), ...labels];
}

function overlaps(drawing: Drawing): string[] {
  const areas = areasOf(drawing);
  return areas.flatMap((one, index) =>
    areas.slice(index + 1).flatMap((other) => {
      const isApart =
        one.x + one.width <= other.x + 0.5 ||
        other.x + other.width <= one.x + 0.5 ||
        one.y + one.height <= other.y + 0.5 ||
        other.y + other.height <= one.y + 0.5;
      return isApart ? [] : [`${one.what} and ${other.what}`];
    }),
  );
}

function outside(drawing: Drawing): string[] {
  return areasOf(drawing)
    .filter(
      ({ x, y, width, height }) =>
        x < 0 || y < 0 || x + width > drawing.width || y + height > drawing.height,
    )
    .map(({ what }) => what);
}
