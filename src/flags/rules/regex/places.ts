import type { Test } from "./state";

const WORD = /\w/;

/** What an anchor asks for; `multiline` is the flag `m`. */
export function placeTest(anchor: string, multiline: boolean): Test {
  if (anchor === "\\b") return (after, before) => WORD.test(after) !== WORD.test(before);
  if (anchor === "\\B") return (after, before) => WORD.test(after) === WORD.test(before);
  const line = multiline && anchor.length === 1 ? "\n" : "";
  return anchor === "^" || anchor === "\\A"
    ? (_, before) => before === "" || before === line
    : (after) => after === "" || after === line;
}
