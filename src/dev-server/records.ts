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

/** How many entries a record keeps; of more, the oldest go. */
export const MAX_RECORDED = 100_000;

/** Appends to a record, within {@link MAX_RECORDED}. */
export function record<T>(list: T[], ...items: readonly T[]): void {
  for (const item of items) list.push(item);
  if (list.length > MAX_RECORDED) list.splice(0, list.length - MAX_RECORDED);
}
