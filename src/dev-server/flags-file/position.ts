import { findNodeAtLocation, type Node } from "jsonc-parser";
import type { Problem } from "./problem";

/** A place in a text, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line and column of a character offset. LF, CRLF and CR all end a line. */
export function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** Where to point for a problem: its value, its key, or the object that lacks it. */
export function locate(text: string, root: Node, problem: Problem): Position {
  for (let length = problem.path.length; length > 0; length--) {
    const node = findNodeAtLocation(root, problem.path.slice(0, length));
    if (node === undefined) continue;
    const isExact = length === problem.path.length;
    const key = isExact && problem.aboutKey === true ? node.parent?.children?.[0] : undefined;
    return positionAt(text, (key ?? node).offset);
  }
  return positionAt(text, root.offset);
}
