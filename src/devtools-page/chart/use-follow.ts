import { useEffect, useRef } from "preact/hooks";
import { activePaths } from "../model/active-paths";
import type { Step } from "../model/page-state";
import type { Box, Drawing } from "./drawing";

/**
 * Scrolls a chart to the state that a step entered, when that is out of sight;
 * when it is opened, to its first current state.
 */
export function useFollow(
  viewport: { readonly current: HTMLElement | null },
  drawing: Drawing,
  scale: number | undefined,
  value: unknown,
  step: Step | undefined,
  isOn: boolean,
): void {
  const seen = useRef<number | undefined>(undefined);
  useEffect(() => {
    const element = viewport.current;
    const isFirst = seen.current === undefined;
    const seq = step?.seq ?? 0;
    if (element === null || scale === undefined) return;
    if (!isFirst && (!isOn || seq === seen.current)) return;
    seen.current = seq;
    const box = isFirst ? firstLeaf(drawing, value) : entered(drawing, step);
    if (box === undefined || isInSight(element, box, scale)) return;
    const isCalm = isFirst || matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollTo({
      left: (box.x + box.width / 2) * scale - element.clientWidth / 2,
      top: box.y * scale - element.clientHeight / 3,
      behavior: isCalm ? "auto" : "smooth",
    });
  }, [viewport, drawing, scale, value, step, isOn]);
}

function firstLeaf({ boxes }: Drawing, value: unknown): Box | undefined {
  const active = activePaths(value);
  const lit = boxes.filter(({ id }) => active.has(id));
  return lit.find(({ kind }) => kind === "atomic" || kind === "final");
}

function entered({ boxes }: Drawing, step: Step | undefined): Box | undefined {
  const before = activePaths(step?.before);
  const path = [...activePaths(step?.after)].filter((one) => !before.has(one)).at(-1);
  return boxes.find(({ id }) => id === path);
}

function isInSight(element: HTMLElement, box: Box, scale: number): boolean {
  const { scrollLeft, scrollTop, clientWidth, clientHeight } = element;
  return (
    box.x * scale >= scrollLeft &&
    (box.x + box.width) * scale <= scrollLeft + clientWidth &&
    box.y * scale >= scrollTop &&
    (box.y + box.height) * scale <= scrollTop + clientHeight
  );
}
