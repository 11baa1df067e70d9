import { median, type Spread, spreadOf } from "./spread";
import { type Subject, timed } from "./subject";

export interface Comparison {
  /** Time of the subject over time of the reference, one ratio per round. */
  readonly ratio: Spread;
  /** Nanoseconds per operation, medians. */
  readonly subjectNs: number;
  readonly referenceNs: number;
}

export interface Rounds {
  readonly rounds?: number;
  /** How long each side runs in a round, in milliseconds. */
  readonly sliceMs?: number;
  /** The most operations of the subject in a slice, where preparing them takes long or much memory. */
  readonly maxTimes?: number;
}

const WARM_UP_MS = 150;

/**
 * Measures two subjects in turns: whatever slows the machine down slows both of a
 * round, and who goes first changes with every round.
 */
export async function compare(
  subject: Subject,
  reference: Subject,
  { rounds = 601, sliceMs = 0.5, maxTimes = Number.POSITIVE_INFINITY }: Rounds = {},
): Promise<Comparison> {
  const subjectTimes = await timesFor(subject, sliceMs, maxTimes);
  const referenceTimes = await timesFor(reference, sliceMs, Number.POSITIVE_INFINITY);
  const ratios: number[] = [];
  const subjectNs: number[] = [];
  const referenceNs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const subjectFirst = round % 2 === 0;
    let ns = subjectFirst ? await timed(subject, subjectTimes) : 0;
    const base = await timed(reference, referenceTimes);
    if (!subjectFirst) ns = await timed(subject, subjectTimes);
    ratios.push(ns / base);
    subjectNs.push(ns);
    referenceNs.push(base);
  }
  return {
    ratio: spreadOf(ratios),
    subjectNs: median(subjectNs),
    referenceNs: median(referenceNs),
  };
}

/** Warms a subject up. @returns how many operations fill a slice. */
async function timesFor(subject: Subject, sliceMs: number, maxTimes: number): Promise<number> {
  const until = performance.now() + WARM_UP_MS;
  let times = 1;
  let ns = 0;
  do {
    ns = await timed(subject, times);
    times = Math.max(1, Math.min(maxTimes, times * 4, Math.round((sliceMs * 1e6) / ns)));
  } while (performance.now() < until);
  return times;
}
