export {
  type Answer,
  createGate,
  type Delivery,
  type Gate,
  type Script,
  type StreamFraming,
  type When,
} from "./fault-server/answer";
export type { EvaluationCounts } from "./fault-server/evaluation-counts";
export type { EventBooks, ReceivedEvent } from "./fault-server/event-books";
export type { ServerStream } from "./fault-server/event-stream";
export {
  createFaultServer,
  type FaultServer,
  type FaultServerOptions,
} from "./fault-server/fault-server";
export { FAULTS, type FaultName } from "./fault-server/faults";
export type { Route, ServerRequest } from "./fault-server/request";
export * from "./index.browser";
