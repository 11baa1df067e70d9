import ELK from "elkjs/lib/elk-api";
import type { Machine } from "../model/machine";
import { drawMachine, type Layout } from "./draw-machine";
import type { Drawing } from "./drawing";
import { canvasTextWidth } from "./text-width";

/**
 * Draws machines in a worker, so that the page stays responsive. A drawing is
 * kept as long as the machine: the same one is drawn once.
 */
class LayoutEngine {
  readonly #elk = new ELK({
    workerFactory: () => new Worker(new URL("./elk-worker.js", import.meta.url)),
  });
  readonly #widthOf = canvasTextWidth();
  readonly #drawings = new WeakMap<Machine, Promise<Drawing>>();

  draw(machine: Machine, actor: string): Promise<Drawing> {
    const known = this.#drawings.get(machine);
    if (known !== undefined) return known;
    const layout: Layout = (graph) => this.#elk.layout(graph);
    const drawing = drawMachine(machine, actor, layout, this.#widthOf);
    this.#drawings.set(machine, drawing);
    return drawing;
  }
}

export const engine = new LayoutEngine();
