import type { Box } from "./drawing";

/** One state, as a part of the picture that can be pointed at and chosen. */
export function StateBox(props: {
  readonly box: Box;
  readonly isLit: boolean;
  /** Counts up when the state is entered, so that its flash starts anew. */
  readonly flash: number | undefined;
  readonly isPicked: boolean;
  readonly isTabStop: boolean;
  readonly description: string | undefined;
  readonly onPoint: (isOver: boolean) => void;
  readonly onPick: () => void;
}) {
  const { box, isLit, flash, isPicked, description, onPoint, onPick } = props;
  const isInner = box.kind === "atomic" || box.kind === "final";
  const name = `${box.title}${isLit ? ", current" : ""}${description ? `: ${description}` : ""}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button element
    <g
      role="button"
      aria-label={name}
      aria-pressed={isPicked}
      tabindex={props.isTabStop ? 0 : -1}
      data-state={box.id}
      data-lit={isLit}
      class={`state ${box.kind} ${isLit ? "lit" : ""} ${isPicked ? "picked" : ""}`}
      onPointerEnter={() => onPoint(true)}
      onPointerLeave={() => onPoint(false)}
      onFocus={() => onPoint(true)}
      onBlur={() => onPoint(false)}
      onClick={onPick}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        onPick();
      }}
    >
      <rect x={box.x} y={box.y} width={box.width} height={box.height} rx={isInner ? 7 : 10} />
      {box.kind === "final" && (
        <rect
          class="final-frame"
          x={box.x + 3}
          y={box.y + 3}
          width={box.width - 6}
          height={box.height - 6}
          rx={5}
        />
      )}
      {flash !== undefined && (
        <rect
          key={flash}
          class="flash"
          x={box.x}
          y={box.y}
          width={box.width}
          height={box.height}
          rx={isInner ? 7 : 10}
        />
      )}
      <circle class="lamp" cx={box.x + 13} cy={box.y + 15} r={4} />
      <text class="title" x={box.x + 24} y={box.y + 19.5}>
        {box.title}
      </text>
    </g>
  );
}
