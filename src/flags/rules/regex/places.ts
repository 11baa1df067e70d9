import type { PlaceTest } from "./state";

const WORD = /\w/;
const isStart: PlaceTest = (before) => before === "";
const isEnd: PlaceTest = (_, after) => after === "";
const isLineStart: PlaceTest = (before) => before === "" || before === "\n";
const isLineEnd: PlaceTest = (_, after) => after === "" || after === "\n";
const isBoundary: PlaceTest = (before, after) => WORD.test(before) !== WORD.test(after);

const PLACES: Record<string, PlaceTest> = {
  "\\A": isStart,
  "\\z": isEnd,
  "\\b": isBoundary,
  "\\B": (before, after) => !isBoundary(before, after),
  "^": isStart,
  $: isEnd,
};

/** What an anchor asks for; `multiline` is the flag `m`. */
export function placeTest(anchor: string, multiline: boolean): PlaceTest | undefined {
  if (multiline && anchor === "^") return isLineStart;
  if (multiline && anchor === "$") return isLineEnd;
  return PLACES[anchor];
}
