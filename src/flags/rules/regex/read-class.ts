import { type CharSet, complement, isChar } from "./char-set";
import { readItem } from "./item";
import type { Scanner } from "./scanner";

const CARET = /\^/y;
const CLOSE = /\]/y;
const DASH = /-(?!\])/y;
const POSIX = /\[:(\^?)(.*?):\]/suy;

const POSIX_SETS: ReadonlyMap<string, CharSet> = new Map([
  ["alnum", "[0-9A-Za-z]"],
  ["alpha", "[A-Za-z]"],
  ["ascii", "[\\0-\\x7f]"],
  ["blank", "[\\t ]"],
  ["cntrl", "[\\0-\\x1f\\x7f]"],
  ["digit", "[0-9]"],
  ["graph", "[!-~]"],
  ["lower", "[a-z]"],
  ["print", "[ -~]"],
  ["punct", "[!-/:-@[-`{-~]"],
  ["space", "[\\t-\\r ]"],
  ["upper", "[A-Z]"],
  ["word", "\\w"],
  ["xdigit", "[0-9A-Fa-f]"],
]);

/** Reads a bracketed class from behind its `[` to behind its `]`. */
export function readClass(scanner: Scanner): CharSet {
  const negative = scanner.skip(CARET);
  const sets: CharSet[] = [];
  // The test comes last because a `]` in first place stands for itself.
  do sets.push(readPosix(scanner) ?? readRange(scanner));
  while (!scanner.skip(CLOSE));
  const union = `(?:${sets.join("|")})`;
  return negative ? complement(union) : union;
}

function readPosix(scanner: Scanner): CharSet | undefined {
  const [, caret, name] = scanner.take(POSIX);
  if (name === undefined) return undefined;
  const set = POSIX_SETS.get(name);
  if (!set) throw new SyntaxError();
  return caret ? complement(set) : set;
}

function readRange(scanner: Scanner): CharSet {
  const low = readItem(scanner);
  if (!isChar(low) || !scanner.skip(DASH)) return low;
  // A set in second place makes source that JavaScript refuses, as RE2 does.
  return `[${low}-${readItem(scanner)}]`;
}
