import { useMemo } from "preact/hooks";
import { activePaths } from "../model/active-paths";
import type { Machine } from "../model/machine";
import type { Step } from "../model/page-state";
import { describeState } from "../model/texts";
import { Arrowheads } from "./arrowheads";
import { ChartEdge } from "./chart-edge";
import type { Box, Drawing } from "./drawing";
import type { Focus } from "./focus";
import { litEdges } from "./lit-edges";
import { Mark } from "./mark";
import { StateBox } from "./state-box";
import { useRoving } from "./use-roving";

/** The statechart itself: its states, those lit that are current, and the way just taken. */
export function Picture(props: {
  readonly drawing: Drawing;
  readonly machine: Machine;
  readonly actor: string;
  readonly value: unknown;
  readonly step: Step | undefined;
  /** Whether the step is one of the past that the reader chose. */
  readonly isRecalled: boolean;
  readonly scale: number;
  readonly picked: string | undefined;
  readonly onFocus: (focus: Focus | undefined) => void;
  readonly onPick: (path: string) => void;
}) {
  const { drawing, machine, actor, step, isRecalled, scale, picked, onFocus, onPick } = props;
  const active = useMemo(() => activePaths(props.value), [props.value]);
  const lit = useMemo(() => litEdges(drawing, machine, step), [drawing, machine, step]);
  const entered = useMemo(() => enteredBy(step), [step]);
  const states = useMemo(() => drawing.boxes.filter(isState), [drawing]);
  const roving = useRoving(states);
  const emphasis = isRecalled ? "recalled" : "taken";
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot hold a picture
    <svg
      role="group"
      aria-label={`Statechart of ${actor}; the arrow keys lead from state to state`}
      width={drawing.width * scale}
      height={drawing.height * scale}
      viewBox={`0 0 ${drawing.width} ${drawing.height}`}
      onKeyDown={roving.onKeyDown}
    >
      <Arrowheads />
      {states.map((box) => (
        <StateBox
          key={box.id}
          box={box}
          isLit={active.has(box.id)}
          flash={entered.has(box.id) ? step?.seq : undefined}
          isPicked={picked === box.id}
          isTabStop={roving.stop === box.id}
          description={describe(machine, actor, box)}
          onPoint={(isOver) => onFocus(isOver ? { kind: "state", path: box.id } : undefined)}
          onPick={() => onPick(box.id)}
        />
      ))}
      {drawing.boxes.map((box) => !isState(box) && <Mark key={box.id} box={box} />)}
      {drawing.edges.map((edge) => (
        <ChartEdge
          key={edge.id}
          edge={edge}
          emphasis={lit.has(edge.id) ? emphasis : undefined}
          event={lit.get(edge.id)}
          seq={step?.seq ?? 0}
          onPoint={(isOver) => onFocus(isOver ? { kind: "edge", id: edge.id } : undefined)}
        />
      ))}
    </svg>
  );
}

function isState({ kind }: Box): boolean {
  return kind !== "initial" && kind !== "any";
}

function describe(machine: Machine, actor: string, { id }: Box): string | undefined {
  return machine.nodes.get(id)?.description ?? describeState(actor, id);
}

function enteredBy(step: Step | undefined): ReadonlySet<string> {
  const before = activePaths(step?.before);
  return new Set([...activePaths(step?.after)].filter((path) => !before.has(path)));
}
