import { useEffect, useState } from "preact/hooks";
import type { Drawing } from "../chart/drawing";
import type { Machine } from "../model/machine";

/** A machine's drawing; `undefined` while it is being made, `failed` if that cannot be done. */
export function useDrawing(machine: Machine, actor: string): Drawing | "failed" | undefined {
  const [drawn, setDrawn] = useState<{ of: Machine; drawing: Drawing | "failed" }>();
  useEffect(() => {
    let isWanted = true;
    draw(machine, actor)
      .catch(() => "failed" as const)
      .then((drawing) => {
        if (isWanted) setDrawn({ of: machine, drawing });
      });
    return () => {
      isWanted = false;
    };
  }, [machine, actor]);
  return drawn?.of === machine ? drawn.drawing : undefined;
}

/** The engine is large, and comes when the first chart is looked at. */
async function draw(machine: Machine, actor: string): Promise<Drawing> {
  const { engine } = await import("../chart/layout-engine");
  return engine.draw(machine, actor);
}
