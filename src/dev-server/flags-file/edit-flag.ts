import { applyEdits, findNodeAtLocation, type Node, parseTree } from "jsonc-parser";
import type { FlagPatch } from "../devtools/messages";
import { appendChildren, removeChildren } from "./edit-children";

/**
 * The text of a flags file in which fields of one flag are other than before, and all
 * else is as it was: comments, order, layout. `jsonc-parser`'s own `modify` would put a
 * new field on the line of the one before it, or lay out that whole line anew.
 *
 * @param text of a valid flags file that has the flag
 */
export function editFlag(text: string, key: string, patch: FlagPatch): string {
  return Object.entries(patch).reduce(
    (edited, [field, value]) => editField(edited, key, field, value),
    text,
  );
}

function editField(text: string, key: string, field: string, value: FieldValue): string {
  const flag = nodeAt(text, ["flags", key]);
  const current = flag && findNodeAtLocation(flag, [field]);
  if (flag === undefined) return text;
  if (current === undefined) {
    return appendChildren(text, flag, [`${JSON.stringify(field)}: ${inlineJson(value)}`]);
  }
  if (typeof value === "object") return editList(text, ["flags", key, field], current, value);
  return current.value === value ? text : replace(text, current, value);
}

/** Takes single entries out and puts new ones at the end, so that those which stay keep their comments. */
function editList(
  text: string,
  path: readonly string[],
  list: Node,
  wanted: readonly string[],
): string {
  const entries = list.children ?? [];
  const kept = entries.filter(({ value }) => wanted.includes(value));
  const isInOrder = kept.every(({ value }, index) => value === wanted[index]);
  if (kept.length === 0 || !isInOrder) return replace(text, list, wanted);
  const shortened = removeChildren(text, list, (entry) => !kept.includes(entry));
  const rest = nodeAt(shortened, path);
  const added = wanted.slice(kept.length).map((entry) => JSON.stringify(entry));
  return rest === undefined ? shortened : appendChildren(shortened, rest, added);
}

type FieldValue = NonNullable<FlagPatch[keyof FlagPatch]>;

function replace(text: string, node: Node, value: FieldValue): string {
  const { offset, length } = node;
  return applyEdits(text, [{ offset, length, content: inlineJson(value) }]);
}

/** JSON on one line, with a space after each comma. */
function inlineJson(value: FieldValue): string {
  if (typeof value !== "object") return JSON.stringify(value);
  return `[${value.map((entry) => JSON.stringify(entry)).join(", ")}]`;
}

function nodeAt(text: string, path: readonly string[]): Node | undefined {
  const root = parseTree(text.replace(/^\uFEFF/, " "), [], { allowTrailingComma: true });
  return root && findNodeAtLocation(root, [...path]);
}
