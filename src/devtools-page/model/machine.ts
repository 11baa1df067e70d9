/**
 * A machine, read from the JSON of its definition: the tree of its states and the
 * transitions between them. It understands what XState's `createMachine` does, as
 * far as a picture needs it.
 */
export interface Machine {
  readonly id: string;
  readonly description: string | undefined;
  readonly root: StateNode;
  /** Every state below the root, parents before children, by path. */
  readonly nodes: ReadonlyMap<string, StateNode>;
}

export interface StateNode {
  /** Keys from the root on, joined by dots; the root's is empty. */
  readonly path: string;
  readonly key: string;
  readonly type: "atomic" | "compound" | "parallel" | "final" | "history";
  readonly initial: string | undefined;
  readonly description: string | undefined;
  /** Public names leave it out where another state names the region. */
  readonly isDetail: boolean;
  readonly children: readonly StateNode[];
  readonly reactions: readonly Reaction[];
  readonly invokes: readonly string[];
}

/** What a state does when something happens. */
export interface Reaction {
  /** What causes it, as {@link eventName} writes it: `close`, `after.retryDelay`, `done.save`; `always`. */
  readonly event: string;
  readonly guard: string | undefined;
  /** Paths of the states it leads to; none for a reaction in place. */
  readonly targets: readonly string[];
  readonly description: string | undefined;
}

/** Of a reaction that waits for nothing. */
export const ALWAYS = "always";
