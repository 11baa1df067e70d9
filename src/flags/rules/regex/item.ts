import { type CharSet, complement, setOf } from "./char-set";
import type { Scanner } from "./scanner";

/** A literal code point (`char`) or an escaped set, as they stand inside and outside brackets. */
export interface Item {
  readonly set: CharSet;
  readonly char?: string;
}

const ITEM =
  /([^\\])|\\(?:([dswDSW])|([pP])(?:\{(\^?)(\w+)\}|([A-Z]))|x(?:([\da-fA-F]{2})|\{([\da-fA-F]+)\})|(0[0-7]{0,2}|[1-7][0-7]{1,2})|([aftnrv])|(?![\dA-Za-z])(\p{ASCII}))/uy;

const PERL: Record<string, CharSet> = { d: "\\d", w: "\\w", s: "[\\t\\n\\f\\r ]" };

const CONTROLS: Record<string, number> = { a: 7, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** Reads the next item; throws at the end and at an escape that RE2 does not know. */
export function readItem(scanner: Scanner): Item {
  const found = scanner.take(ITEM);
  if (!found) throw new SyntaxError();
  const [, plain, perl, sign, caret, long, short, hex, longHex, octal, control, escaped] = found;
  if (perl) {
    const name = perl.toLowerCase();
    return negate(PERL[name] ?? "", perl !== name);
  }
  const name = long ?? short;
  if (name) return negate(unicodeSet(name), (sign === "P") !== (caret === "^"));
}
