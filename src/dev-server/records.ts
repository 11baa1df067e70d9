import type { JsonValue } from "../flags/types";

/** One conversion event, as it was sent. */
export interface RecordedEvent {
  readonly flagKey: string;
  readonly eventName: string;
  readonly userId: string;
  readonly variationId?: string;
  readonly value?: number;
  readonly metadata?: Readonly<Record<string, JsonValue>>;
  /** RFC 3339 text. */
  readonly timestamp: string;
}

/** How often one flag was evaluated. */
export interface EvaluationCounts {
  readonly total: number;
  readonly true: number;
  readonly false: number;
}

/** One telemetry report, as it was sent. */
export interface RecordedTelemetry {
  readonly evaluations: Readonly<Record<string, EvaluationCounts>>;
  /** Time that the counts cover, in milliseconds. */
  readonly period_ms: number;
}

/** How many entries of a kind are kept; of more, the oldest go. */
export const MAX_RECORDED = 100_000;

/** Everything of one kind that was received, oldest first, within {@link MAX_RECORDED}. */
export class Records<T extends object> {
  readonly latest: T[] = [];
  #count = 0;

  /** How many there were, those that are gone included. */
  get count(): number {
    return this.#count;
  }

  add(...items: readonly T[]): void {
    for (const item of items) this.latest.push(item);
    this.#count += items.length;
    if (this.latest.length > MAX_RECORDED) {
      this.latest.splice(0, this.latest.length - MAX_RECORDED);
    }
  }

  /** The last `limit` of them, each with its number, from 1. */
  numbered(limit: number): readonly Numbered<T>[] {
    const last = this.latest.slice(Math.max(0, this.latest.length - limit));
    const first = this.#count - last.length + 1;
    return last.map((item, index) => ({ ...item, seq: first + index }));
  }
}

/** Something of a list of which only the latest are kept. */
export type Numbered<T> = T & { readonly seq: number };
