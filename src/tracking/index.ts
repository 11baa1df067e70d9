export {
  createEvaluationCounter,
  type TelemetryStats,
} from "./evaluation-counter";
export { createEventQueue, type EventQueue } from "./event-queue";
export type { EventStats } from "./event-stats";
export { makeTrackEvent } from "./track-event";
export type { TrackOptions } from "./track-options";
export type { TrackedEvent } from "./tracked-event";
