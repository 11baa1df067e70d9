import { applyEdits, type Edit, type Node } from "jsonc-parser";

/** Adds members to an object or list, laid out as its last one is. */
export function appendChildren(text: string, parent: Node, added: readonly string[]): string {
  const last = parent.children?.at(-1);
  if (added.length === 0) return text;
  if (last === undefined) {
    return applyEdits(text, [{ offset: parent.offset + 1, length: 0, content: added.join(", ") }]);
  }
  const end = endOf(last);
  const comma = commaAfter(text, end);
  const lead = leadOf(text, last);
  // A line comment would swallow what is put behind it on the same line.
  const offset = lead.startsOwnLine ? tailEnd(text, end) : (comma ?? end);
  const separator = lead.startsOwnLine ? lead.text : lead.text || " ";
  const content = separator + added.join(`,${separator}`) + (comma === undefined ? "" : ",");
  const edits: Edit[] = [{ offset, length: 0, content }];
  if (comma === undefined) edits.unshift({ offset: end, length: 0, content: "," });
  return applyEdits(text, edits);
}

/** Takes members out of a list, each with the comment behind it on its line. One at least has to stay. */
export function removeChildren(
  text: string,
  parent: Node,
  isUnwanted: (child: Node) => boolean,
): string {
  const children = parent.children ?? [];
  const spans = children.flatMap((child, index) =>
    isUnwanted(child) ? [spanOf(text, child, children[index + 1])] : [],
  );
  const last = children.at(-1);
  const lastKept = children.filter((child) => !isUnwanted(child)).at(-1);
  if (last !== undefined && lastKept !== undefined && last !== lastKept) {
    const comma = commaAfter(text, endOf(lastKept));
    const isTrailingStyle = commaAfter(text, endOf(last)) !== undefined;
    if (!isTrailingStyle && comma !== undefined) spans.push({ start: comma - 1, end: comma });
  }
  return without(text, spans);
}

/** From where to where a text is taken out. */
interface Span {
  readonly start: number;
  readonly end: number;
}

function spanOf(text: string, child: Node, next: Node | undefined): Span {
  const isNextOnLine = next !== undefined && !/[\r\n]/.test(text.slice(endOf(child), next.offset));
  if (isNextOnLine) return { start: child.offset, end: next.offset };
  const end = tailEnd(text, endOf(child));
  const lead = leadOf(text, child);
  // Else the line break stays, or the closing bracket could slip behind a comment.
  const isLineDone = /^[^\S\r\n]*(\r|\n|$)/.test(text.slice(end));
  const start = lead.startsOwnLine && !isLineDone ? child.offset : child.offset - lead.text.length;
  return { start, end };
}

/** Blanks before a member; those of its own line, with the line break, where it starts one. */
function leadOf(
  text: string,
  child: Node,
): { readonly text: string; readonly startsOwnLine: boolean } {
  const before = text.slice(0, child.offset);
  const ownLine = /(\r\n|\n|\r)[^\S\r\n]*$/.exec(before)?.[0];
  return ownLine === undefined
    ? { text: /\s*$/.exec(before)?.[0] ?? "", startsOwnLine: false }
    : { text: ownLine, startsOwnLine: true };
}

/** Where the comma behind a member ends, wherever it stands. */
function commaAfter(text: string, offset: number): number | undefined {
  return scanTrivia(text, offset, false).comma;
}

/** Where a member ends with its comma and the comments behind it on its line. */
function tailEnd(text: string, offset: number): number {
  return Math.max(scanTrivia(text, offset, true).end, commaAfter(text, offset) ?? 0);
}

function scanTrivia(text: string, offset: number, isWithinLine: boolean) {
  const pattern = /[^\S\r\n]+|(?<lineBreak>[\r\n]+)|(?<comma>,)|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//y;
  pattern.lastIndex = offset;
  let comma: number | undefined;
  let end = offset;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [found] = match;
    if (match.groups?.["lineBreak"] !== undefined && isWithinLine) break;
    if (found.trim() !== "") end = pattern.lastIndex;
    if (match.groups?.["comma"] !== undefined) comma = pattern.lastIndex;
  }
  return { comma, end };
}

function endOf(node: Node): number {
  return node.offset + node.length;
}

/** The blanks between two that go belong to both: spans may overlap. */
function without(text: string, spans: readonly Span[]): string {
  let rest = "";
  let done = 0;
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    rest += text.slice(done, start);
    done = Math.max(done, end);
  }
  return rest + text.slice(done);
}
