import type { ElkExtendedEdge, ElkNode, LayoutOptions } from "elkjs/lib/elk-api";
import type { StateNode } from "../model/machine";
import { METRICS } from "./drawing";
import type { PlannedEdge } from "./edges-of";
import type { TextWidth } from "./text-width";

/** What of a machine is laid out at once: a region, or a machine without regions. */
export interface Scope {
  readonly root: StateNode;
  readonly edges: readonly PlannedEdge[];
  /** Sizes of the parallel states in it, which are drawn before. */
  readonly sizes: ReadonlyMap<string, { readonly width: number; readonly height: number }>;
}

const LAYERED: LayoutOptions = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.layered.spacing.nodeNodeBetweenLayers": "26",
  "elk.spacing.nodeNode": "26",
  "elk.spacing.edgeNode": "14",
  "elk.spacing.edgeEdge": "12",
  "elk.spacing.edgeLabel": "4",
  "elk.layered.spacing.edgeNodeBetweenLayers": "14",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "12",
  "elk.edgeLabels.inline": "true",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.cycleBreaking.strategy": "DEPTH_FIRST",
};

/** Room for a compound state's title above its children. */
export const PADDING = "[top=38,left=14,bottom=14,right=14]";
const BARE = "[top=10,left=10,bottom=10,right=10]";

/** The scope as the layout engine takes it. Ids are paths; marks are `path/initial` and `path/any`. */
export function scopeGraph(scope: Scope, widthOf: TextWidth): ElkNode {
  const { root } = scope;
  return {
    id: root.path,
    children: innerNodes(root, scope, widthOf),
    edges: [...initialEdges(root, scope), ...scope.edges.map((edge) => plannedEdge(edge, widthOf))],
    layoutOptions: {
      ...LAYERED,
      "elk.hierarchyHandling": "INCLUDE_CHILDREN",
      "elk.padding": root.path === "" ? BARE : PADDING,
      ...leastWidth(root, widthOf),
      "elk.json.shapeCoords": "ROOT",
      "elk.json.edgeCoords": "ROOT",
    },
  };
}

function stateNode(state: StateNode, scope: Scope, widthOf: TextWidth): ElkNode {
  const size = scope.sizes.get(state.path);
  if (size !== undefined) return { id: state.path, width: size.width, height: size.height };
  if (state.children.length === 0) {
    return { id: state.path, width: titleWidth(state, widthOf), height: METRICS.stateHeight };
  }
  return {
    id: state.path,
    children: innerNodes(state, scope, widthOf),
    layoutOptions: { ...LAYERED, "elk.padding": PADDING, ...leastWidth(state, widthOf) },
  };
}

function innerNodes(state: StateNode, scope: Scope, widthOf: TextWidth): ElkNode[] {
  return [
    ...marksOf(state, scope, widthOf),
    ...state.children.map((child) => stateNode(child, scope, widthOf)),
  ];
}

/** Where a compound state begins, and what leads on from whichever state is current. */
function marksOf(state: StateNode, scope: Scope, widthOf: TextWidth): ElkNode[] {
  const any = METRICS.anyTitle;
  return [
    ...(state.initial === undefined
      ? []
      : [{ id: `${state.path}/initial`, width: 10, height: 10 }]),
    ...(scope.edges.some((edge) => edge.source === state.path && isInward(edge))
      ? [
          {
            id: `${state.path}/any`,
            width: widthOf(any, METRICS.labelFont) + 18,
            height: 22,
          },
        ]
      : []),
  ];
}

function initialEdges(state: StateNode, scope: Scope): ElkExtendedEdge[] {
  if (scope.sizes.has(state.path)) return [];
  const { path, initial } = state;
  const inner = state.children.flatMap((child) => initialEdges(child, scope));
  if (initial === undefined || state.children.length === 0) return inner;
  const target = path === "" ? initial : `${path}.${initial}`;
  return [{ id: `${path}/initial>`, sources: [`${path}/initial`], targets: [target] }, ...inner];
}

function plannedEdge(edge: PlannedEdge, widthOf: TextWidth): ElkExtendedEdge {
  const { id, source, target, lines } = edge;
  // Into a state that holds the source: the layout engine draws that as a loop.
  const isOutward = source.startsWith(`${target}.`);
  const width = Math.max(...lines.map(({ text }) => widthOf(text, METRICS.labelFont)));
  return {
    id,
    sources: [isInward(edge) ? `${source}/any` : isOutward ? target : source],
    targets: [target],
    labels: [
      {
        text: id,
        width: width + 2 * METRICS.labelPad,
        height: lines.length * METRICS.labelLine + 2,
      },
    ],
  };
}

function isInward({ source, target }: PlannedEdge): boolean {
  return source === "" || target.startsWith(`${source}.`);
}

function leastWidth(state: StateNode, widthOf: TextWidth): LayoutOptions {
  return {
    "elk.nodeSize.constraints": "MINIMUM_SIZE",
    "elk.nodeSize.minimum": `(${titleWidth(state, widthOf)}, 0)`,
  };
}

function titleWidth(state: StateNode, widthOf: TextWidth): number {
  return widthOf(state.key, METRICS.stateFont) + METRICS.titleInset + 12;
}
