import { type Edge, METRICS } from "./drawing";

/** One edge with what can lead along it. */
export function ChartEdge(props: {
  readonly edge: Edge;
  /** `taken` just now, `recalled` from the timeline. */
  readonly emphasis: "taken" | "recalled" | undefined;
  /** By which event, with an emphasis. */
  readonly event: string | undefined;
  /** Counts up with each step, so that the motion starts anew. */
  readonly seq: number;
  readonly onPoint: (isOver: boolean) => void;
}) {
  const { edge, emphasis, seq, onPoint } = props;
  const marker = emphasis === undefined ? "url(#arrow)" : "url(#arrow-lit)";
  return (
    <g
      class={`edge ${emphasis ?? ""}`}
      data-edge={edge.id}
      transform={`translate(${edge.x} ${edge.y})`}
      onPointerEnter={() => onPoint(true)}
      onPointerLeave={() => onPoint(false)}
    >
      <path class="reach" d={edge.path} />
      <path class="line" d={edge.path} marker-end={marker} />
      {emphasis === "taken" && <path key={seq} class="run" d={edge.path} pathLength={1} />}
      {edge.label !== undefined && <EdgeLabel edge={edge} label={edge.label} event={props.event} />}
    </g>
  );
}

function EdgeLabel(props: {
  readonly edge: Edge;
  readonly label: NonNullable<Edge["label"]>;
  readonly event: string | undefined;
}) {
  const { edge, label } = props;
  const height = edge.lines.length * METRICS.labelLine + 2;
  return (
    <g class="edge-label">
      <rect x={label.x} y={label.y} width={label.width} height={height} rx={4} />
      {edge.lines.map((line, index) => (
        <text
          key={line.text}
          class={line.arrow.event === props.event ? "said" : ""}
          x={label.x + label.width / 2}
          y={label.y + 12 + index * METRICS.labelLine}
        >
          {line.text}
        </text>
      ))}
    </g>
  );
}
