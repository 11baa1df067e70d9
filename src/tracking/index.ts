export {
  createEvaluationCounter,
  type EvaluationCounter,
  type EvaluationCounts,
  type TelemetryStats,
} from "./evaluation-counter";
export { decodeEvents, encodeEvents } from "./event-codec";
export { createEventQueue, type EventQueue, type TakenBatch } from "./event-queue";
export type { EventStats } from "./event-stats";
export { makeTrackEvent } from "./track-event";
export type { TrackOptions } from "./track-options";
export { type JsonObject, MAX_EVENT_BYTES, type TrackedEvent } from "./tracked-event";
