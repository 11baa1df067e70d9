import { type CharSet, testOf } from "./char-set";
import { type Fragment, single } from "./fragment";
import { readItem } from "./item";
import { placeTest } from "./places";
import { readClass } from "./read-class";
import type { Scanner } from "./scanner";

const ANCHOR = /[$^]|\\[AzbB]/y;
const BRACKET = /\[/y;
const DOT = /\./y;

/** Reads one character, class or anchor. */
export function readAtom(scanner: Scanner): Fragment {
  const [anchor] = scanner.take(ANCHOR);
  if (anchor) return single(placeTest(anchor, scanner.flags.includes("m")), false);
  if (scanner.skip(DOT)) return oneOf(scanner, scanner.flags.includes("s") ? "[^]" : "[^\\n]");
  if (scanner.skip(BRACKET)) return oneOf(scanner, readClass(scanner));
  return oneOf(scanner, readItem(scanner));
}

/** One character of a set, or one that differs from it in case only under the flag `i`. */
export function oneOf(scanner: Scanner, set: CharSet): Fragment {
  return single(testOf(set, scanner.flags.includes("i")), true);
}
