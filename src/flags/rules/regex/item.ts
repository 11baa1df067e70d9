import { type CharSet, complement, setOf } from "./char-set";
import type { Scanner } from "./scanner";

const LITERAL = /([^\\])|\\(?![\dA-Za-z])(\p{ASCII})/uy;
const PERL = /\\([dswDSW])/uy;
const UNICODE = /\\([pP])(?:\{(\^?)(\w+)\}|([A-Z]))/uy;
const HEX = /\\x(?:([\da-fA-F]{2})|\{([\da-fA-F]+)\})/uy;
const OCTAL = /\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/uy;
const CONTROL = /\\([aftnrv])/uy;

const PERL_SETS: Record<string, CharSet> = { d: "\\d", s: "[\\t\\n\\f\\r ]", w: "\\w" };
const CONTROLS: Record<string, number> = { a: 7, t: 9, n: 10, v: 11, f: 12, r: 13 };

/**
 * Reads a character or an escaped set, as they stand inside and outside brackets.
 * Throws at the end and at an escape that RE2 does not know.
 */
export function readItem(scanner: Scanner): CharSet {
  const [, plain, char = plain] = scanner.take(LITERAL);
  if (char) return setOf(char);
  const [, perl] = scanner.take(PERL);
  if (perl) {
    const set = PERL_SETS[perl.toLowerCase()] ?? "";
    return perl < "a" ? complement(set) : set;
  }
  const [, sign, caret, long, name = long] = scanner.take(UNICODE);
  if (name) {
    const set = unicodeSet(name);
    return (sign === "P") === (caret === "^") ? set : complement(set);
  }
  return setOf(String.fromCodePoint(readCode(scanner)));
}

function unicodeSet(name: string): CharSet {
  if (name === "Any") return "[^]";
  return `\\p{${/^[CLMNPSZ][a-z]?$/.test(name) ? "gc" : "sc"}=${name}}`;
}

function readCode(scanner: Scanner): number {
  const [, two, hex = two] = scanner.take(HEX);
  if (hex) return Number.parseInt(hex, 16);
  const [, octal] = scanner.take(OCTAL);
  if (octal) return Number.parseInt(octal, 8);
  const [, control = ""] = scanner.take(CONTROL);
  return CONTROLS[control] ?? Number.NaN;
}
