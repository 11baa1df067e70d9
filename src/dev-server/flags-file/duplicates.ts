import type { Node } from "jsonc-parser";
import { type Position, positionAt } from "./position";
import type { Problem, ProblemPath } from "./problem";

/** Keys written twice in one object: JSON would silently take the last. */
export function findDuplicates(
  text: string,
  node: Node,
  path: ProblemPath = [],
): readonly (Problem & { readonly position: Position })[] {
  const children = node.children ?? [];
  if (node.type === "array") {
    return children.flatMap((child, index) => findDuplicates(text, child, [...path, index]));
  }
  const seen = new Set<unknown>();
  return children.flatMap((property) => {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) return [];
    const here = [...path, String(key.value)];
    const below = findDuplicates(text, value, here);
    if (!seen.has(key.value)) {
      seen.add(key.value);
      return below;
    }
    const message = "is written twice in the same object: keep one of them";
    return [{ path: here, message, position: positionAt(text, key.offset) }, ...below];
  });
}
