import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Machine } from "../model/machine";
import type { Step } from "../model/page-state";
import { Panel } from "../parts/panel";
import type { Drawing } from "./drawing";
import type { Focus } from "./focus";
import { Picture } from "./picture";
import { useDrag } from "./use-drag";
import { useFollow } from "./use-follow";
import { useZoom } from "./use-zoom";
import { ZoomBar } from "./zoom-bar";

/** A machine with its statechart, in a viewport of its own. */
export function Statechart(props: {
  readonly drawing: Drawing;
  readonly machine: Machine;
  readonly actor: string;
  readonly value: unknown;
  readonly step: Step | undefined;
  readonly isRecalled: boolean;
  readonly picked: string | undefined;
  readonly onFocus: (focus: Focus | undefined) => void;
  readonly onPick: (path: string) => void;
  /** Below the chart. */
  readonly children: ComponentChildren;
}) {
  const viewport = useRef<HTMLElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const zoom = useZoom(viewport, props.drawing);
  useDrag(viewport);
  useFollow(viewport, props.drawing, zoom.scale, props.value, props.step, isFollowing);
  return (
    <Panel
      title={props.actor}
      kind="machine"
      extra={<ZoomBar zoom={zoom} isFollowing={isFollowing} onFollow={setFollowing} />}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="viewport" ref={viewport} tabIndex={0} aria-label="Chart, scrolls">
        <Picture {...props} scale={zoom.scale ?? 1} />
      </section>
      {props.children}
    </Panel>
  );
}
