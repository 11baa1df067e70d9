import { useCallback, useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Drawing } from "./drawing";

const LEAST = 0.2;
const MOST = 2.5;
/** Below this a chart is not readable: it is rather scrolled. */
const READABLE = 0.72;

export interface Zoom {
  /** `undefined` until the viewport's size is known. */
  readonly scale: number | undefined;
  readonly by: (factor: number) => void;
  /** As large as fits, readable or not. */
  readonly toWhole: () => void;
  readonly toFull: () => void;
}

/** How large a chart is drawn in its viewport: at first as wide as that, if readable. */
export function useZoom(
  viewport: { readonly current: HTMLElement | null },
  drawing: Drawing,
): Zoom {
  const [scale, setScale] = useState<number>();
  const room = useCallback(() => {
    const { clientWidth = 800, clientHeight = 600 } = viewport.current ?? {};
    return { width: clientWidth / drawing.width, height: clientHeight / drawing.height };
  }, [viewport, drawing]);

  useLayoutEffect(() => {
    const { width, height } = room();
    setScale(clamp(Math.min(width, Math.max(height, 0.85)), READABLE, 1));
  }, [room]);

  const by = useCallback((factor: number) => {
    setScale((current = 1) => clamp(current * factor, LEAST, MOST));
  }, []);

  useEffect(() => {
    const element = viewport.current;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      by(event.deltaY < 0 ? 1.1 : 1 / 1.1);
    };
    // Preact's own listeners are passive where browsers make them so.
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [viewport, by]);

  return {
    scale,
    by,
    toWhole: () => {
      const { width, height } = room();
      setScale(clamp(Math.min(width, height), LEAST, 1));
    },
    toFull: () => setScale(1),
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
