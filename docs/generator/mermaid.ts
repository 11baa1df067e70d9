import { pathOf, type StateNode } from "../../src/anatomy/state-nodes";
import { type Arrow, arrowsOf, type End, ending } from "./arrows";
import { drawnIn, initialIn } from "./regions";
import { MANY_ARROWS, type View } from "./views";

/** Most characters in a line of a label; Mermaid breaks longer ones where it likes. */
const LABEL_WIDTH = 24;
/** So many states, if there is nothing else, stand in a row. */
const FEW_STATES = 3;

/** A part of a machine as a Mermaid diagram. */
export function mermaidOf(view: View): string {
  const arrows = arrowsOf(view);
  const ends = arrows.flatMap(({ from, to }) => [from, to]);
  const outside = unique(ends.filter(({ as }) => as === "outside"));
  const any = unique(ends.filter(({ as }) => as === "any"));
  const states = drawnIn(view.box);
  const flat = states.every((state) => drawnIn(state).length === 0 || view.closed.includes(state));
  const small = states.length <= FEW_STATES && outside.length === 0;
  const sideways = flat && (small || arrows.length > MANY_ARROWS);
  return [
    "stateDiagram-v2",
    ...(sideways ? ["  direction LR"] : []),
    ...insideOf(view.box, view, any, "  "),
    ...outside.map((end) => `  state "${nameOutside(end.node, view)}" as ${idOf(end)}`),
    ...arrows.map((arrow) => `  ${idOf(arrow.from)} --> ${idOf(arrow.to)}${labelOf(arrow)}`),
    ...styled("any", "stroke-dasharray: 4", any),
    ...styled("outside", "fill: none", outside),
  ].join("\n");
}

/** The states in a box, and where they begin and end. */
function insideOf(box: StateNode, view: View, any: readonly End[], indent: string): string[] {
  const id = (node: StateNode) => idOf({ node, as: "state" });
  const states = drawnIn(box);
  const initial = initialIn(box);
  return [
    ...states.flatMap((state) => {
      const named = `${indent}state "${state.key}" as ${id(state)}`;
      return drawnIn(state).length === 0 || view.closed.includes(state)
        ? [named]
        : [`${named} {`, ...insideOf(state, view, any, `${indent}  `), `${indent}}`];
    }),
    ...any
      .filter(({ node }) => node === box)
      .map((end) => `${indent}state "any of these" as ${idOf(end)}`),
    ...(initial === undefined ? [] : [`${indent}[*] --> ${idOf(ending(initial, view))}`]),
    ...states
      .filter(({ type }) => type === "final")
      .map((state) => `${indent}${id(state)} --> [*]`),
  ];
}

function styled(name: string, style: string, ends: readonly End[]): string[] {
  if (ends.length === 0) return [];
  return [`  classDef ${name} ${style}`, `  class ${ends.map(idOf).join(",")} ${name}`];
}

/** A name that nothing else in the diagram has. */
function idOf({ node, as }: End): string {
  const path = [node.machine.id, ...node.path].join("_");
  return as === "any" ? `${path}_any` : path;
}

/** A state that is not drawn here, by its path from where the two part. */
function nameOutside(node: StateNode, view: View): string {
  const shared = node.path.findIndex((key, depth) => view.box.path[depth] !== key);
  return node.path.slice(Math.max(shared, 0)).join(".") || pathOf(node);
}

function unique(ends: readonly End[]): End[] {
  return [...new Map(ends.map((end) => [idOf(end), end])).values()];
}

/** What leads along an arrow, in lines of moderate length. */
function labelOf({ labels }: Arrow): string {
  const lines: string[] = [];
  // What happens at once comes first: below an event it would read as its condition.
  const sorted = said(labels).sort((a, b) => Number(b.startsWith("[")) - Number(a.startsWith("[")));
  for (const part of sorted.flatMap(broken)) {
    const joined = `${lines.at(-1)}, ${part}`;
    // Beside a condition, an event would read as part of it.
    if (lines.length > 0 && !/[[\]]/.test(joined) && joined.length <= LABEL_WIDTH) {
      lines[lines.length - 1] = joined;
    } else lines.push(part);
  }
  return lines.length === 0 ? "" : ` : ${lines.join("<br/>")}`;
}

/** Each label once, and none with a condition that another does without. */
function said(labels: readonly string[]): string[] {
  return [...new Set(labels)].filter((label) => {
    const [event = ""] = label.split(" [");
    return label !== "" && (label === event || !labels.includes(event));
  });
}

/** The condition of a long label stands below its event, and a long condition in several lines. */
function broken(label: string): string[] {
  if (label.length <= LABEL_WIDTH) return [label];
  return label
    .split(/ (?=\[)/)
    .flatMap((part) => (part.length <= LABEL_WIDTH ? [part] : part.split(/(?<= or) /)))
    .map((part, index, parts) =>
      index > 0 && parts[index - 1]?.endsWith(" or") ? ` ${part}` : part,
    );
}
