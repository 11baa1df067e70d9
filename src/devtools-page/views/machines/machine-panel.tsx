import { useState } from "preact/hooks";
import type { Focus } from "../../chart/focus";
import { Statechart } from "../../chart/statechart";
import { useDrawing } from "../../hooks/use-drawing";
import type { Machine } from "../../model/machine";
import type { Actor, Step } from "../../model/page-state";
import { describeMachine } from "../../model/texts";
import { Panel } from "../../parts/panel";
import { Prose } from "../../parts/prose";
import { EdgeDetails } from "./edge-details";
import { NowList } from "./now-list";
import { StateDetails } from "./state-details";

/** One machine: its chart, and beside it in words what it does and what is pointed at. */
export function MachinePanel(props: {
  readonly actor: Actor;
  readonly machine: Machine;
  /** A step of the past that is to be seen in place of the last one. */
  readonly recalled: Step | undefined;
}) {
  const { actor, machine, recalled } = props;
  const drawing = useDrawing(machine, actor.name);
  const [focus, setFocus] = useState<Focus>();
  const [picked, setPicked] = useState<string>();
  const edge =
    focus?.kind === "edge" && typeof drawing === "object"
      ? drawing.edges.find(({ id }) => id === focus.id)
      : undefined;
  const path = focus?.kind === "state" ? focus.path : picked;
  const words = (
    <div class="words">
      <p class="intro">
        <Prose text={machine.description ?? describeMachine(actor.name) ?? ""} />
      </p>
      <NowList actor={actor} />
      {edge !== undefined && edge.lines.length > 0 ? (
        <EdgeDetails edge={edge} />
      ) : path === undefined ? (
        <p class="details quiet">
          Point at a state or an arrow, or choose a state with the keyboard.
        </p>
      ) : (
        <StateDetails machine={machine} actor={actor.name} path={path} />
      )}
    </div>
  );
  if (typeof drawing !== "object") {
    return (
      <Panel title={actor.name} kind="machine">
        <p class="empty">{drawing ? "This machine could not be drawn." : "Drawing the chart …"}</p>
        {words}
      </Panel>
    );
  }
  return (
    <Statechart
      drawing={drawing}
      machine={machine}
      actor={actor.name}
      value={actor.snapshot.value}
      step={recalled ?? actor.latest}
      isRecalled={recalled !== undefined}
      picked={picked}
      onFocus={setFocus}
      onPick={(chosen) => setPicked(chosen === picked ? undefined : chosen)}
    >
      {words}
    </Statechart>
  );
}
