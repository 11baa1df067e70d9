/** A conversion event as it arrived, by the protocol. */
export interface ReceivedEvent {
  readonly flagKey: string;
  readonly eventName: string;
  readonly userId: string;
  readonly variationId?: string;
  readonly value?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** When `track()` was called, as RFC 3339 text. */
  readonly timestamp: string;
}

/** What became of the events that a test expects; names are as the test gave them. */
export interface EventBooks {
  /** How many the server kept, each counted as often as it came. */
  readonly received: number;
  /** Those that never came. */
  readonly missing: readonly string[];
  /** Those that came more than once. */
  readonly duplicate: readonly string[];
  /** Those that first came after one that was expected later. */
  readonly outOfOrder: readonly string[];
  /** Those that came although nobody expects them. */
  readonly unexpected: readonly string[];
}

/** Compares what arrived with what was expected, in the order it was tracked. */
export function keepBooks(
  events: readonly ReceivedEvent[],
  expected: readonly string[],
  nameOf: (event: ReceivedEvent) => string,
): EventBooks {
  const places = new Map(expected.map((name, place) => [name, place]));
  const seen = new Set<string>();
  const duplicate = new Set<string>();
  const outOfOrder: string[] = [];
  const unexpected: string[] = [];
  let furthest = -1;
  for (const name of events.map(nameOf)) {
    const place = places.get(name);
    if (place === undefined) unexpected.push(name);
    else if (seen.has(name)) duplicate.add(name);
    else if (place < furthest) outOfOrder.push(name);
    seen.add(name);
    furthest = Math.max(furthest, place ?? -1);
  }
  const missing = expected.filter((name) => !seen.has(name));
  return { received: events.length, missing, duplicate: [...duplicate], outOfOrder, unexpected };
}
