import type { Test } from "./state";

/** A set of code points, as JavaScript regular expression source that matches exactly one of them. */
export type CharSet = string;

/** The set of one code point. */
export function setOf(char: string): CharSet {
  return `\\u{${char.codePointAt(0)?.toString(16)}}`;
}

/** Whether the set was written as a single code point. */
export function isChar(set: CharSet): boolean {
  return set.startsWith("\\u");
}

/**
 * Everything outside the set. Not written as `[^…]` or `\P{…}`: those fold case
 * after negating, RE2 folds first.
 */
export function complement(set: CharSet): CharSet {
  return `(?!${set})[^]`;
}

/** Throws when `set` names a Unicode class that does not exist or a range that runs backwards. */
export function testOf(set: CharSet, ignoreCase: boolean): Test {
  if (isChar(set) && !ignoreCase) {
    const wanted = String.fromCodePoint(Number.parseInt(set.slice(3), 16));
    return (char) => char === wanted;
  }
  // Anchored, so that V8 does not look between the halves of a surrogate pair.
  const pattern = new RegExp(`^${set}`, ignoreCase ? "iu" : "u");
  let last = "";
  let belongs = false;
  // Counted repeats ask many times in a row about the same character.
  return (char) => {
    if (char !== last) {
      last = char;
      belongs = pattern.test(char);
    }
    return belongs;
  };
}
