import { MAX_REPEAT } from "./limits";
import type { MakeState, State, Test } from "./state";

/** A part of a pattern that can be built into an automaton, any number of times. */
export interface Fragment {
  /** Largest product of nested counted repeats inside. */
  readonly weight: number;
  /** Builds the part so that it leads to `next`, and returns where it begins. */
  link(next: State, make: MakeState): State;
}

/** One code point (`reads`), or a place between two, that satisfies a test. */
export function single(test: Test, reads: boolean): Fragment {
  return { weight: 1, link: (next, make) => make(next, { test, reads }) };
}

/** All parts, one after the other. */
export function sequence(parts: readonly Fragment[]): Fragment {
  return {
    weight: heaviest(parts),
    link: (next, make) => parts.reduceRight((after, part) => part.link(after, make), next),
  };
}

/** Any one of the options. */
export function choice(options: readonly Fragment[]): Fragment {
  return {
    weight: heaviest(options),
    link: (next, make) =>
      options
        .map((option) => option.link(next, make))
        .reduceRight((other, start) => make(start, { other })),
  };
}

/** The part, `min` to `max` times; throws where RE2 refuses the count. */
export function repeat(part: Fragment, min: number, max: number): Fragment {
  const count = max === Infinity ? min : max;
  const weight = max === 0 ? 1 : part.weight * Math.max(1, count);
  if (min > max || Math.max(count, weight) > MAX_REPEAT) throw new SyntaxError();
  return {
    weight,
    link(next, make) {
      let start = next;
      let copies = min;
      if (max === Infinity) {
        const loop = make(undefined, { other: next });
        loop.next = part.link(loop, make);
        // The loop's own body is the first required copy: else nested `+` would double each time.
        start = copies-- > 0 ? loop.next : loop;
      }
      for (let n = count; n > min; n--) start = make(part.link(start, make), { other: next });
      for (; copies > 0; copies--) start = part.link(start, make);
      return start;
    },
  };
}

function heaviest(parts: readonly Fragment[]): number {
  return Math.max(1, ...parts.map((part) => part.weight));
}
