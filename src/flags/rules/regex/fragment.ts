import { MAX_REPEAT } from "./limits";
import type { MakeState, State, Test } from "./state";

/**
 * A part of a pattern: builds states that lead to `next`, and returns the first.
 * `copies` is how often counted repeats around the part build it.
 */
export type Fragment = (next: State, make: MakeState, copies: number) => State;

/** One code point (`reads`), or a place between two, that satisfies a test. */
export function single(test: Test, reads: boolean): Fragment {
  return (next, make) => make(next, { test, reads });
}

/** All parts, one after the other. */
export function sequence(parts: readonly Fragment[]): Fragment {
  return (next, make, copies) =>
    parts.reduceRight((after, part) => part(after, make, copies), next);
}

/** Any one of the options. */
export function choice(options: readonly Fragment[]): Fragment {
  return (next, make, copies) =>
    options
      .map((option) => option(next, make, copies))
      .reduceRight((other, start) => make(start, { other }));
}

/** The part, `min` to `max` times. Throws, when built, where RE2 refuses the count. */
export function repeat(part: Fragment, min: number, max: number): Fragment {
  const count = max === Infinity ? min : max;
  return (next, make, outerCopies) => {
    const copies = outerCopies * Math.max(count, 1);
    if (min > max || count > MAX_REPEAT || copies > MAX_REPEAT) throw new RangeError();
    // RE2 checks the counts inside even if nothing of it is wanted.
    if (max === 0) part(next, make, copies);
    let start = next;
    let missing = min;
    if (max === Infinity) {
      const loop = make(undefined, { other: next });
      loop.next = part(loop, make, copies);
      // The loop's own body is the first required copy: else nested `+` would double each time.
      start = missing-- > 0 ? loop.next : loop;
    }
    for (let n = count; n > min; n--) start = make(part(start, make, copies), { other: next });
    for (; missing > 0; missing--) start = part(start, make, copies);
    return start;
  };
}
