/** Entry `rollgate/dev-server`: a Rollgate server for laptops, demos and tests. */

export type { DevServer } from "./dev-server";
export type { DevServerEvents } from "./emitter";
export type { BrokenBody, Fault, FaultRoute } from "./faults/fault";
export type { ActiveFault, Faults } from "./faults/faults";
export type { FlagsFileProblem } from "./flags-file/flags-file-error";
export { FlagsFileError } from "./flags-file/flags-file-error";
export type {
  ConditionDefinition,
  FlagDefinition,
  FlagsFile,
  RuleDefinition,
  SegmentDefinition,
  VariationDefinition,
} from "./flags-file/types";
export type { StreamAuth } from "./http/authorize";
export type { RequestRecord } from "./http/request-record";
export type { DevServerOptions } from "./options";
export type { EvaluationCounts, RecordedEvent, RecordedTelemetry } from "./records";
export { startDevServer } from "./start-dev-server";
