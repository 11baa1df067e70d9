import type { ElkEdgeSection, ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api";
import type { Machine, StateNode } from "../model/machine";
import { type Box, type Drawing, type Edge, METRICS } from "./drawing";
import { edgesOf, type PlannedEdge } from "./edges-of";
import { roundedPath } from "./rounded-path";
import { PADDING, scopeGraph } from "./scope-graph";
import type { TextWidth } from "./text-width";

/** Gives every node of a graph its place. */
export type Layout = (graph: ElkNode) => Promise<ElkNode>;

/**
 * Draws a machine from the inside out: each region by itself, then the regions of
 * a parallel state side by side, which is a mere box for the region around it.
 *
 * @param actor whose descriptions the edges bear
 */
export function drawMachine(
  machine: Machine,
  actor: string,
  layout: Layout,
  widthOf: TextWidth,
): Promise<Drawing> {
  const edges = edgesOf(machine, actor);
  const { root } = machine;
  return root.type === "parallel" ? drawParallel(root) : drawScope(root);

  async function drawParallel(state: StateNode): Promise<Drawing> {
    const regions = new Map<string, Drawing>();
    for (const region of state.children) regions.set(region.path, await drawScope(region));
    const placed = await layout({
      id: state.path,
      children: state.children.map(({ path }) => ({ id: path, ...sizeOf(regions, path) })),
      layoutOptions: {
        "elk.algorithm": "rectpacking",
        "elk.aspectRatio": "1.3",
        "elk.spacing.nodeNode": "14",
        "elk.padding": state.path === "" ? "[top=10,left=10,bottom=10,right=10]" : PADDING,
      },
    });
    const inner = (placed.children ?? []).map((child) => {
      const moved = translated(regions.get(child.id) ?? NOTHING, child);
      const key = child.id.split(".").at(-1) ?? "";
      return { ...moved, boxes: [boxOf(child, "region", key), ...moved.boxes] };
    });
    return joined(placed, inner);
  }

  async function drawScope(state: StateNode): Promise<Drawing> {
    const parallels = new Map<string, Drawing>();
    for (const inner of parallelsIn(state)) parallels.set(inner.path, await drawParallel(inner));
    const scope = {
      root: state,
      edges: edges.filter((edge) => edge.scope === state.path),
      sizes: parallels,
    };
    const placed = await layout(scopeGraph(scope, widthOf));
    const nodes = flat(placed);
    const own: Drawing = {
      ...dimensions(placed),
      boxes: nodes.map((node) => boxOf(node, kindOf(node.id, machine), titleOf(node.id))),
      edges: allEdges(placed).map((edge) => edgeOf(edge, scope.edges)),
    };
    const inner = nodes.flatMap((node) => {
      const drawing = parallels.get(node.id);
      return drawing === undefined ? [] : [translated(drawing, node)];
    });
    return joined(placed, [own, ...inner]);
  }
}

const NOTHING: Drawing = { width: 0, height: 0, boxes: [], edges: [] };

function parallelsIn(state: StateNode): StateNode[] {
  return state.children.flatMap((child) =>
    child.type === "parallel" ? [child] : parallelsIn(child),
  );
}

function sizeOf(drawings: ReadonlyMap<string, Drawing>, path: string) {
  const { width, height } = drawings.get(path) ?? NOTHING;
  return { width, height };
}

function dimensions({ width = 0, height = 0 }: ElkNode) {
  return { width, height };
}

function flat(node: ElkNode): ElkNode[] {
  return (node.children ?? []).flatMap((child) => [child, ...flat(child)]);
}

function allEdges(node: ElkNode): ElkExtendedEdge[] {
  return [...(node.edges ?? []), ...(node.children ?? []).flatMap(allEdges)];
}

function boxOf(node: ElkNode, kind: Box["kind"], title: string): Box {
  return { id: node.id, kind, title, x: node.x ?? 0, y: node.y ?? 0, ...dimensions(node) };
}

function kindOf(id: string, machine: Machine): Box["kind"] {
  if (id.endsWith("/initial")) return "initial";
  if (id.endsWith("/any")) return "any";
  const type = machine.nodes.get(id)?.type ?? "atomic";
  return type === "history" ? "atomic" : type;
}

function titleOf(id: string): string {
  if (id.endsWith("/initial")) return "";
  return id.endsWith("/any") ? METRICS.anyTitle : (id.split(".").at(-1) ?? "");
}

function edgeOf(edge: ElkExtendedEdge, planned: readonly PlannedEdge[]): Edge {
  const [label] = edge.labels ?? [];
  return {
    id: edge.id,
    x: 0,
    y: 0,
    path: (edge.sections ?? []).map((section) => roundedPath(pointsOf(section))).join(" "),
    lines: planned.find(({ id }) => id === edge.id)?.lines ?? [],
    label: label && { x: label.x ?? 0, y: label.y ?? 0, width: label.width ?? 0 },
  };
}

function pointsOf({ startPoint, bendPoints = [], endPoint }: ElkEdgeSection) {
  return [startPoint, ...bendPoints, endPoint];
}

function translated(drawing: Drawing, { x = 0, y = 0 }: Pick<ElkNode, "x" | "y">): Drawing {
  return {
    ...drawing,
    boxes: drawing.boxes.map((box) => ({ ...box, x: box.x + x, y: box.y + y })),
    edges: drawing.edges.map((edge) => ({
      ...edge,
      x: edge.x + x,
      y: edge.y + y,
    })),
  };
}

function joined(frame: ElkNode, drawings: readonly Drawing[]): Drawing {
  return {
    ...dimensions(frame),
    boxes: drawings.flatMap(({ boxes }) => boxes),
    edges: drawings.flatMap(({ edges }) => edges),
  };
}
