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
  let waiting: State[] = [];
  for (const after of [...text, ""]) {
    const step = ++program.step;
    const following: State[] = [];
    waiting.push(program.start);
    for (let state = waiting.pop(); state; state = waiting.pop()) {
      if (state.visited === step) continue;
      state.visited = step;
      onVisit?.();
      if (!state.next) return true;
      if (state.other) waiting.push(state.other);
      if (!state.test || state.test(after, before)) {
        (state.reads ? following : waiting).push(state.next);
      }
    }
    waiting = following;
    before = after;
  }
  return false;
}
