interface Point {
  readonly x: number;
  readonly y: number;
}

const RADIUS = 6;

/** A line through points, as data of an SVG path, with its corners rounded. */
export function roundedPath(points: readonly Point[]): string {
  return points
    .map((point, index) => {
      const before = points[index - 1];
      const after = points[index + 1];
      if (before === undefined) return `M${write(point)}`;
      if (after === undefined) return `L${write(point)}`;
      const into = towards(point, before);
      const out = towards(point, after);
      return `L${write(into)} Q${write(point)} ${write(out)}`;
    })
    .join(" ");
}

/** A point near the first, on the way to the second; at most half-way, so that two corners fit. */
function towards(from: Point, to: Point): Point {
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const share = distance === 0 ? 0 : Math.min(RADIUS / distance, 0.5);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function write({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}
