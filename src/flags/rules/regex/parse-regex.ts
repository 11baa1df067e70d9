import { charTest, quote, setOf } from "./char-set";
import { choice, type Fragment, oneChar, onePlace, repeat, sequence } from "./fragment";
import { readEscapedSet } from "./named-sets";
import { placeTest } from "./places";
import { readChar } from "./read-char";
import { readClass } from "./read-class";
import { Scanner } from "./scanner";

const BAR = /\|/y;
const CLOSE = /\)/y;
const OPEN = /\((?:\?(?:P?<(\w+)>|([imsU]*)(?:-([imsU]+))?([:)])))?/y;
const REPEAT = /(?:([*+?])|\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\})\??/y;
const QUOTED = /\\Q(.*?)(?:\\E|$)/suy;
const ANCHOR = /\^|\$|\\[AzbB]/y;
const BRACKET = /\[/y;
const DOT = /\./y;

/** Reads a pattern of RE2's syntax; throws when it is none. */
export function parseRegex(pattern: string): Fragment {
  const scanner = new Scanner(pattern);
  const whole = readOptions(scanner, "");
  if (!scanner.done) throw new SyntaxError("unexpected )");
  return whole;
}

/** Reads up to the end or the closing parenthesis. `flags` holds the letters that are on. */
function readOptions(scanner: Scanner, outerFlags: string): Fragment {
  let flags = outerFlags;
  let parts: Fragment[] = [];
  const options = [parts];
  let wasRepeat = false;
  while (!scanner.done && !scanner.sees(")")) {
    const repeatable = !wasRepeat;
    wasRepeat = false;
    let token: RegExpExecArray | null;
    if (scanner.take(BAR) !== null) {
      parts = [];
      options.push(parts);
    } else if ((token = scanner.take(QUOTED)) !== null) {
      for (const char of token[1] ?? "") parts.push(literal(char, flags));
    } else if ((token = scanner.take(REPEAT)) !== null) {
      const part = parts.pop();
      if (part === undefined || !repeatable) throw new SyntaxError("nothing to repeat");
      parts.push(repeat(part, ...bounds(token)));
      wasRepeat = true;
    } else if ((token = scanner.take(OPEN)) !== null) {
      const inner = switched(flags, token);
      if (token[4] === ")") flags = inner;
      else parts.push(readGroup(scanner, token[1], inner));
    } else {
      parts.push(readAtom(scanner, flags));
    }
  }
  return choice(options.map(sequence));
}

function readGroup(scanner: Scanner, name: string | undefined, flags: string): Fragment {
  if (name !== undefined) {
    if (scanner.names.has(name)) throw new SyntaxError("second group of that name");
    scanner.names.add(name);
  }
  const group = readOptions(scanner, flags);
  if (scanner.take(CLOSE) === null) throw new SyntaxError("missing )");
  return group;
}

function readAtom(scanner: Scanner, flags: string): Fragment {
  const ignoreCase = flags.includes("i");
  if (scanner.take(DOT) !== null) {
    return oneChar(flags.includes("s") ? () => true : (char) => char !== "\n");
  }
  const anchor = scanner.take(ANCHOR)?.[0];
  const place = anchor && placeTest(anchor, flags.includes("m"));
  if (place) return onePlace(place);
  const set = scanner.take(BRACKET) === null ? readEscapedSet(scanner) : readClass(scanner);
  if (set !== undefined) return oneChar(charTest(set, ignoreCase));
  return literal(readChar(scanner), flags);
}

function literal(char: string, flags: string): Fragment {
  if (flags.includes("i")) return oneChar(charTest(setOf(quote(char)), true));
  return oneChar((other) => other === char);
}

function switched(flags: string, [, , on = "", off = ""]: RegExpExecArray): string {
  return [...flags, ...on].filter((flag) => !off.includes(flag)).join("");
}

function bounds([, sign, min, comma, max]: RegExpExecArray): [min: number, max: number] {
  if (sign !== undefined) return [sign === "+" ? 1 : 0, sign === "?" ? 1 : Infinity];
  return [Number(min), Number(max ?? (comma === undefined ? min : Infinity))];
}
