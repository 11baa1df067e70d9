export { eventJson, eventsBody, type OutgoingEvent } from "./events-body";
export { readFlagsV1 } from "./flags-v1";
export { readFlagsV2 } from "./flags-v2";
export { readReceived } from "./received";
export { readStreamEvent, type StreamMessage } from "./stream-event";
export { type EvaluationCounts, telemetryBody } from "./telemetry-body";
export { encodeUserContext, MAX_USER_CONTEXT_BYTES, userBody } from "./user-body";
