import type { Arrow } from "../model/taken-edges";

/** A statechart with a place for everything, in pixels from the top left. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Outer boxes before inner ones. */
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

export interface Box {
  /** The state's path; of a mark, what it stands for, too. */
  readonly id: string;
  readonly kind: "atomic" | "compound" | "parallel" | "region" | "final" | "initial" | "any";
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Edge {
  readonly id: string;
  /** Where its path and its label begin to count. */
  readonly x: number;
  readonly y: number;
  /** Data of an SVG path. */
  readonly path: string;
  readonly lines: readonly EdgeLine[];
  /** Where the lines stand; absent for an edge without any. */
  readonly label: { readonly x: number; readonly y: number; readonly width: number } | undefined;
}

/** One way in which an edge can be taken. */
export interface EdgeLine {
  readonly arrow: Arrow;
  readonly text: string;
  readonly description: string | undefined;
}

/** Sizes that drawing and layout must agree on, in pixels. */
export const METRICS = {
  stateFont: '600 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  /** As heavy as a label gets when its event was taken. */
  labelFont: '600 11.5px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  labelLine: 15,
  labelPad: 4,
  stateHeight: 30,
  /** Left of a title: the mark of a current state. */
  titleInset: 24,
  /** Source of what happens in whichever inner state is current. */
  anyTitle: "any state",
} as const;
