import type { InspectedFacts } from "../config";
import type { Services } from "./services";

/** How a client stands, for its inspectors. */
export function inspectedFacts({ store, queue, telemetry }: Services): InspectedFacts {
  const { dropped, ...events } = queue.stats();
  return {
    flagCount: store.set?.flags.size ?? 0,
    source: store.set?.source ?? "default",
    stale: store.stale,
    flagsVersion: store.version,
    overrides: store.overrideCount,
    ...events,
    dropped: dropped.overflow + dropped.rejected + dropped.closed,
    evaluations: telemetry.stats.evaluationCount,
  };
}
