import { type PublicState, publicStates } from "../../src/anatomy/public-states";
import { pathOf } from "../../src/anatomy/state-nodes";
import type { Described } from "./config";
import { INTRODUCTION } from "./introduction";
import { code, fenced, table } from "./markdown";
import { mermaidOf } from "./mermaid";
import { type View, viewsOf } from "./views";

/** The page that shows all machines. */
export function pageOf(described: readonly Described[], definitions: string): string {
  const parts = [
    ...INTRODUCTION.before,
    actorTable(described),
    ...INTRODUCTION.after,
    ...described.flatMap((one) => sectionOf(one, definitions)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function actorTable(described: readonly Described[]): string {
  const rows = described.map(({ text }) => [
    text.actors.join(", "),
    `${code(text.export)}${text.actors.length === 2 ? ", twice" : ""}`,
    text.inState ? "yes" : "no",
  ]);
  return table(["actor", "machine", "in `getState()`"], rows);
}

function sectionOf(described: Described, definitions: string): string[] {
  const { text, machine } = described;
  const [actor = text.id] = text.actors;
  const views = viewsOf(described);
  return [
    `## ${text.title ?? text.id}`,
    text.description,
    stateTable(described, publicStates(machine, actor)),
    "**Events**",
    table(
      ["event", "from", "meaning"],
      Object.entries(text.events).map(([name, event]) => [
        code(name),
        event.from,
        event.description,
      ]),
    ),
    "**What always holds**",
    text.invariants.map((invariant) => `- ${invariant}`).join("\n"),
    `**${views.length > 1 ? "Diagrams" : "Diagram"}** (for Stately Studio: [${text.id}.json](${definitions}/${text.id}.json))`,
    ...views.flatMap((view) => [
      ...(views.length > 1 ? [captionOf(view, described)] : []),
      fenced("mermaid", mermaidOf(view)),
    ]),
  ];
}

function stateTable({ text }: Described, states: readonly PublicState[]): string {
  const rows = states.flatMap(({ region, name, node, details }) => [
    [code(region), code(name), text.states[pathOf(node)] ?? ""],
    ...details.map((detail) => ["", `· ${detail.key}`, text.states[pathOf(detail)] ?? ""]),
  ]);
  return table(["actor", "state", "meaning"], rows);
}

/** What a diagram shows. */
function captionOf({ region: { name, root }, box }: View, { text }: Described): string {
  const place = box === root ? root.parent : box;
  const where = place === undefined || place.path.length === 0 ? "" : `, in ${code(place.key)}`;
  // Where states hold side by side from the start, the first speaks for the machine.
  const [voice = ""] = root.parent === undefined && box === root ? Object.keys(root.states) : [];
  const subject = text.states[root.type === "parallel" && box === root ? voice : pathOf(box)];
  return `${code(name)}${where}${subject === undefined ? "" : `: ${subject}`}`;
}
