export { eventJson, eventsBody, type OutgoingEvent } from "./events-body";
export { readFlagTypes } from "./flag-types";
export { readFlagsV1 } from "./flags-v1";
export { readFlagsV2 } from "./flags-v2";
export { readReceived } from "./received";
export type { RawRules, StreamMessage } from "./stream-event";
export { telemetryBody } from "./telemetry-body";
export { encodeUserContext, userBody } from "./user-body";
