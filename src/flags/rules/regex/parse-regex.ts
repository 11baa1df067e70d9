import { oneOf, readAtom } from "./atom";
import { setOf } from "./char-set";
import { choice, type Fragment, repeat, sequence } from "./fragment";
import { Scanner } from "./scanner";

const END = /$/y;
const STOP = /(?=[|)]|$)/y;
const BAR = /\|/y;
const CLOSE = /\)/y;
const OPEN = /\((?:\?(?:P?<\w+>|([imsU]*)(?:-([imsU]+))?([:)])))?/y;
const QUOTE = /\\Q(.*?)(?:\\E|$)/suy;
const REPEAT = /(?:([*+?])|\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\})\??/y;
const SIGNS: Record<string, [min: number, max: number]> = {
  "*": [0, Infinity],
  "+": [1, Infinity],
  "?": [0, 1],
};

/** Reads a pattern of RE2's syntax; throws when it is none. */
export function parseRegex(pattern: string): Fragment {
  const scanner = new Scanner(pattern);
  const whole = readOptions(scanner);
  if (!scanner.skip(END)) throw new SyntaxError();
  return whole;
}

/** Reads up to a closing parenthesis or the end. */
function readOptions(scanner: Scanner): Fragment {
  const options: Fragment[] = [];
  do options.push(readSequence(scanner));
  while (scanner.skip(BAR));
  return choice(options);
}

function readSequence(scanner: Scanner): Fragment {
  const parts: Fragment[] = [];
  while (!scanner.skip(STOP)) {
    // RE2 knows neither a repeat of nothing nor one of a repeat.
    if (scanner.skip(REPEAT)) throw new SyntaxError();
    readParts(scanner, parts);
    readRepeat(scanner, parts);
  }
  return sequence(parts);
}

/** Reads what a repeat cannot split; flags and empty quotes give no part. */
function readParts(scanner: Scanner, parts: Fragment[]): void {
  const [quote, quoted = ""] = scanner.take(QUOTE);
  if (quote) {
    for (const char of quoted) parts.push(oneOf(scanner, setOf(char)));
    return;
  }
  const [open, on = "", off = "", end] = scanner.take(OPEN);
  if (!open) {
    parts.push(readAtom(scanner));
    return;
  }
  const outer = scanner.flags;
  scanner.flags = [...outer, ...on].filter((flag) => !off.includes(flag)).join("");
  if (end === ")") return;
  parts.push(readOptions(scanner));
  if (!scanner.skip(CLOSE)) throw new SyntaxError();
  scanner.flags = outer;
}

/** Wraps the last part if a repeat comes next. */
function readRepeat(scanner: Scanner, parts: Fragment[]): void {
  const [found, sign = "", min, comma, max] = scanner.take(REPEAT);
  if (!found) return;
  const part = parts.pop();
  if (!part) throw new SyntaxError();
  const [least, most] = SIGNS[sign] ?? [Number(min), Number(max ?? (comma ? Infinity : min))];
  parts.push(repeat(part, least, most));
}
