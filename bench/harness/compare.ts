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
  /** No round begins later than this after the first, in milliseconds. */
  readonly budgetMs?: number;
  /** Operations of the subject in a slice, where the time alone does not tell. */
  readonly times?: number;
}

const WARM_UP_MS = 150;

/**
 * Measures two subjects in turns: whatever slows the machine down slows both of a
 * round, and who goes first changes with every round.
 */
export async function compare(
  subject: Subject,
  reference: Subject,
  { rounds = 601, sliceMs = 0.5, budgetMs = 5_000, times }: Rounds = {},
): Promise<Comparison> {
  const subjectTimes = await timesFor(subject, sliceMs, times);
  const referenceTimes = await timesFor(reference, sliceMs);
  const ratios: number[] = [];
  const subjectNs: number[] = [];
  const referenceNs: number[] = [];
  const end = performance.now() + budgetMs;
  for (let round = 0; round < rounds && performance.now() < end; round++) {
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

/** Warms a subject up. @returns how many operations fill a slice, unless that is fixed. */
async function timesFor(subject: Subject, sliceMs: number, fixed?: number): Promise<number> {
  const until = performance.now() + WARM_UP_MS;
  let times = fixed ?? 1;
  do {
    const ns = await timed(subject, times);
    if (fixed === undefined) times = clamp(Math.round((sliceMs * 1e6) / ns), 1, times * 4);
  } while (performance.now() < until);
  return times;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
