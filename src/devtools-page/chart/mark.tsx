import type { Box } from "./drawing";

/** Where a compound state begins, or what leads on from any of its states. */
export function Mark(props: { readonly box: Box }) {
  const { box } = props;
  if (box.kind === "initial") {
    return (
      <circle class="initial" cx={box.x + box.width / 2} cy={box.y + box.height / 2} r={4.5} />
    );
  }
  return (
    <g class="any">
      <rect x={box.x} y={box.y} width={box.width} height={box.height} rx={box.height / 2} />
      <text x={box.x + box.width / 2} y={box.y + 15}>
        {box.title}
      </text>
    </g>
  );
}
