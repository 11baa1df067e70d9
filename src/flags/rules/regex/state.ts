/**
 * What a state asks of its place: of the code point to read (`after`), or of the
 * two that the place lies between. Both are strings, "" beyond either end.
 */
export type Test = (after: string, before: string) => boolean;

/** One state of a nondeterministic automaton. The one without `next` accepts. */
export interface State {
  /** What must hold to go on to `next`; nothing if absent. */
  readonly test: Test | undefined;
  /** Whether going on to `next` reads a code point. */
  readonly reads: boolean;
  next: State | undefined;
  /** Another way to go on, without reading. */
  readonly other: State | undefined;
  /** The last search step that visited the state: a step visits each state once. */
  visited: number;
}

/** Makes a state; throws when the program has become too large. */
export type MakeState = (
  next?: State,
  rest?: { readonly test?: Test; readonly reads?: boolean; readonly other?: State },
) => State;
