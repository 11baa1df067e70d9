import type { RegexProgram } from "./compile-regex";
import { MAX_SUBJECT_LENGTH } from "./limits";
import type { State } from "./state";

/**
 * Whether `text` contains a match. Follows all ways through the automaton at
 * once, so the time is at most length × states whatever the pattern.
 *
 * @param onVisit called for each state looked at, for measuring.
 */
export function searchRegex(program: RegexProgram, text: string, onVisit?: () => void): boolean {
  if (text.length > MAX_SUBJECT_LENGTH) return false;
  let before = "";
  let current: (State | undefined)[] = [];
  for (const after of [...text, ""]) {
    const step = ++program.step;
    const following: (State | undefined)[] = [];
    current.push(program.start);
    for (let state = current.pop(); state !== undefined; state = current.pop()) {
      if (state.visited === step) continue;
      state.visited = step;
      onVisit?.();
      if (state.char !== undefined) {
        if (after !== "" && state.char(after)) following.push(state.next);
      } else if (state.next === undefined) {
        return true;
      } else if (state.place === undefined) {
        current.push(state.other, state.next);
      } else if (state.place(before, after)) {
        current.push(state.next);
      }
    }
    current = following;
    before = after;
  }
  return false;
}
