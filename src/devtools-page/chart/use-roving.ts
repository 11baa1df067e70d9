import { useState } from "preact/hooks";
import type { Box } from "./drawing";

const DIRECTIONS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** One stop of the Tab key for all states of a chart; the arrow keys lead to the nearest that way. */
export function useRoving(boxes: readonly Box[]): {
  readonly stop: string | undefined;
  onKeyDown(event: KeyboardEvent): void;
} {
  const [chosen, setChosen] = useState<string>();
  const stop = boxes.some(({ id }) => id === chosen) ? chosen : boxes[0]?.id;
  return {
    stop,
    onKeyDown(event) {
      const direction = DIRECTIONS[event.key];
      const target = event.target as Element;
      const current = boxes.find(({ id }) => id === target.getAttribute("data-state"));
      if (direction === undefined || current === undefined) return;
      event.preventDefault();
      const next = nearest(boxes, current, direction);
      if (next === undefined) return;
      setChosen(next.id);
      const element = [...(target.parentElement?.children ?? [])].find(
        (one) => one.getAttribute("data-state") === next.id,
      );
      (element as SVGElement | undefined)?.focus();
    },
  };
}

function nearest(
  boxes: readonly Box[],
  from: Box,
  [dx, dy]: readonly [x: number, y: number],
): Box | undefined {
  let best: Box | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    const x = centre(box).x - centre(from).x;
    const y = centre(box).y - centre(from).y;
    const ahead = x * dx + y * dy;
    // Aside counts double: straight on is what the key says.
    const distance = ahead + 2 * Math.abs(x * dy + y * dx);
    if (box !== from && ahead > 1 && distance < least) {
      best = box;
      least = distance;
    }
  }
  return best;
}

function centre({ x, y, width }: Box) {
  // Of an outer state its title, not what it holds.
  return { x: x + width / 2, y: y + 15 };
}
