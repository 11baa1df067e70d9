import { useEffect } from "preact/hooks";

/** Moves what a viewport shows by dragging its ground; touch screens do so by themselves. */
export function useDrag(viewport: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const element = viewport.current;
    if (element === null) return;
    const onDown = (event: PointerEvent) => {
      if (event.pointerType === "touch" || event.button !== 0) return;
      const from = { x: event.clientX + element.scrollLeft, y: event.clientY + element.scrollTop };
      const onMove = ({ clientX, clientY }: PointerEvent) => {
        element.classList.add("dragging");
        element.scrollLeft = from.x - clientX;
        element.scrollTop = from.y - clientY;
      };
      const onUp = () => {
        element.classList.remove("dragging");
        removeEventListener("pointermove", onMove);
      };
      addEventListener("pointermove", onMove);
      addEventListener("pointerup", onUp, { once: true });
      addEventListener("pointercancel", onUp, { once: true });
    };
    element.addEventListener("pointerdown", onDown);
    return () => element.removeEventListener("pointerdown", onDown);
  }, [viewport]);
}
