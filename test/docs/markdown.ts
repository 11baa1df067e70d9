import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** One page of the documentation. */
export interface Page {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block of a page. */
export interface Block {
  /** Where it starts, as `README.md:12`. */
  readonly at: string;
  readonly page: string;
  /** Line of its first line of code, from 1. */
  readonly line: number;
  readonly language: string;
  /** What follows the language on the fence. */
  readonly info: string;
  readonly code: string;
}

export interface Link {
  readonly at: string;
  readonly page: string;
  readonly target: string;
}

/** All pages: the ones in the root, and those of `docs`. */
export function readPages(): Page[] {
  const inRoot = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];
  const inDocs = readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`);
  return [...inRoot, ...inDocs].map((path) => ({
    path,
    text: readFileSync(join(ROOT, path), "utf8"),
  }));
}

export function blocksOf({ path, text }: Page): Block[] {
  const blocks: Block[] = [];
  let open: { fence: string; language: string; info: string; line: number } | undefined;
  let code: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^(`{3,})(\w*) *(.*)$/.exec(line);
    if (open === undefined && fence !== null) {
      const [, ticks = "", language = "", info = ""] = fence;
      open = { fence: ticks, language, info, line: index + 2 };
      code = [];
    } else if (open !== undefined && line.trimEnd() === open.fence) {
      const { language, info, line: first } = open;
      const at = `${path}:${first}`;
      blocks.push({ at, page: path, line: first, language, info, code: `${code.join("\n")}\n` });
      open = undefined;
    } else if (open !== undefined) code.push(line);
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: this block is never closed.`);
  return blocks;
}

/** The page's lines outside of code, each with its number from 1. */
function prose({ text }: Page): [number, string][] {
  let fenced = false;
  return text.split("\n").flatMap((line, index) => {
    if (line.startsWith("```")) {
      fenced = !fenced;
      return [];
    }
    return fenced ? [] : [[index + 1, line]];
  });
}

export function linksOf(page: Page): Link[] {
  return prose(page).flatMap(([number, line]) =>
    // Code may look like a link, and be none.
    [...line.replace(/`[^`]*`/g, "").matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(
      ([, target = ""]) => ({
        at: `${page.path}:${number}`,
        page: page.path,
        target,
      }),
    ),
  );
}

/** What headings can be linked by, as the usual renderers make it. */
export function anchorsOf(page: Page): Set<string> {
  return new Set(
    prose(page)
      .filter(([, line]) => /^#{1,6} /.test(line))
      .map(([, line]) =>
        line
          .replace(/^#+ /, "")
          .toLowerCase()
          .replace(/[^\p{L}\p{N} _-]/gu, "")
          .trim()
          .replaceAll(" ", "-"),
      ),
  );
}

/** Rows of all tables of a page, as the texts of their cells. */
export function rowsOf(page: Page): string[][] {
  return prose(page)
    .filter(([, line]) => line.startsWith("|") && !/^\|[\s|:-]+$/.test(line))
    .map(([, line]) =>
      line
        .slice(1, line.lastIndexOf("|"))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

/** The page's part under a heading, up to the next one of the same level. */
export function sectionOf(page: Page, heading: string): string {
  const start = page.text.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`${page.path} has no heading "${heading}".`);
  const level = heading.slice(0, heading.indexOf(" ") + 1);
  const end = page.text.indexOf(`\n${level}`, start + 1);
  return page.text.slice(start, end < 0 ? undefined : end);
}
