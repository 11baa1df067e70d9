import { Inexpressible } from "./inexpressible";

/** Longest pattern made here, in bytes: what every evaluator takes. */
const MAX_PATTERN_BYTES = 1_000;

/** Most patterns made for one segment: some 1,500 e-mail addresses that nobody may have. */
const MAX_PATTERNS = 500;

/**
 * Patterns of which one matches each of these ids, and none another id. Ids of a
 * segment's `users` are exact, while every operator but `regex` ignores case.
 *
 * @throws Inexpressible for an id that is too long for a pattern, or too many
 */
export function patternsOf(ids: readonly string[]): readonly string[] {
  return inPatterns(ids, (some) => `^(?:${some.map(quote).join("|")})$`);
}

/**
 * Patterns that all match an id if it is none of these.
 *
 * @throws Inexpressible for an id that is too long for a pattern, or too many
 */
export function patternsOfOthers(ids: readonly string[]): readonly string[] {
  return inPatterns(ids, (some) => `^${others(some.map((id) => [...id]))}`);
}

/** Puts as many ids as fit into each pattern. */
function inPatterns(
  ids: readonly string[],
  pattern: (ids: readonly string[]) => string,
): readonly string[] {
  const patterns: string[] = [];
  let some: string[] = [];
  let last: string | undefined;
  // Sorted, so that neighbours begin alike, and the order in the file is no matter.
  for (const id of [...new Set(ids)].sort()) {
    if (!fits(id)) throw tooLong();
    const longer = pattern([...some, id]);
    if (fits(longer)) {
      some.push(id);
      last = longer;
      continue;
    }
    if (last !== undefined) patterns.push(last);
    if (patterns.length === MAX_PATTERNS) throw new Inexpressible("it lists too many users");
    some = [id];
    last = pattern(some);
    if (!fits(last)) throw tooLong();
  }
  return last === undefined ? patterns : [...patterns, last];
}

function tooLong(): Inexpressible {
  return new Inexpressible("the id of one of its users is too long for a rule");
}

function fits(pattern: string): boolean {
  return Buffer.byteLength(pattern) <= MAX_PATTERN_BYTES;
}

/** Follows the words letter by letter, and matches where a text leaves them all. */
function others(words: readonly (readonly string[])[]): string {
  const following = new Map<string, (readonly string[])[]>();
  for (const [first, ...rest] of words) {
    if (first !== undefined) following.set(first, [...(following.get(first) ?? []), rest]);
  }
  const isWord = words.some(({ length }) => length === 0);
  const letters = [...following.keys()].map(quoteInClass).join("");
  const ways = [...following].map(([letter, rest]) => quote(letter) + others(rest));
  const leaves = letters === "" ? "[\\s\\S]" : `[^${letters}]`;
  return `(?:${[...(isWord ? [] : ["$"]), leaves, ...ways].join("|")})`;
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function quoteInClass(letter: string): string {
  return letter.replace(/[\\^\]\-[]/, "\\$&");
}
