import type { Comparison } from "./compare";
import type { Spread } from "./spread";

/** A figure and the most it may be; without a bar it is only told. */
export interface Figure<T> {
  readonly measured: T;
  readonly bar?: number;
}

/** One line of the table. */
export interface Row {
  readonly what: string;
  /** Which client was measured; absent: ours, in our own table. */
  readonly of?: { readonly name: string; readonly version: string };
  /** What the ratio is a multiple of. */
  readonly reference?: string;
  readonly ratio?: Figure<Spread>;
  readonly bytes?: Figure<number>;
  /** By how much one operation takes longer than one of the reference, in nanoseconds. */
  readonly added?: Figure<Spread>;
  /** One operation, and one of the reference, in nanoseconds. */
  readonly ns?: readonly [subject: number, reference: number];
  /** What a reader should know of this line. */
  readonly note?: string;
}

/** The row of a comparison. */
export function rowOf(
  what: string,
  reference: string,
  bar: number | undefined,
  { ratio, subjectNs, referenceNs }: Comparison,
  rest: Pick<Row, "bytes" | "note"> = {},
): Row {
  return {
    what,
    reference,
    ratio: { measured: ratio, ...(bar !== undefined && { bar }) },
    ns: [subjectNs, referenceNs],
    ...rest,
  };
}

/** By which factor a row misses its bars at worst; at most 1 when it meets them, `undefined` without any. */
export function excessOf({ ratio, bytes, added }: Row): number | undefined {
  const excesses: number[] = [];
  if (ratio?.bar !== undefined) excesses.push(ratio.measured.median / ratio.bar);
  if (bytes?.bar !== undefined) excesses.push(bytes.measured / bytes.bar);
  if (added?.bar !== undefined) excesses.push(added.measured.median / added.bar);
  return excesses.length === 0 ? undefined : Math.max(...excesses);
}
