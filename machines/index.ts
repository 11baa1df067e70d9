export {
  type CircuitBreakerActorRef,
  type CircuitBreakerEvent,
  type CircuitBreakerInput,
  type CircuitBreakerNotice,
  circuitBreakerMachine,
} from "./circuit-breaker.machine";
export { type ClientActorRef, clientMachine } from "./client.machine";
export type { CacheLoad, ClientEmitted, ClientEvent, ClientInput, UserSwap } from "./client.setup";
export {
  type ConnectionActorRef,
  type ConnectionEvent,
  type ConnectionInput,
  connectionMachine,
  type StreamEvent,
} from "./connection.machine";
export type * from "./events";
export {
  type BatchOutcome,
  type FlushLoopActorRef,
  type FlushLoopEvent,
  type FlushLoopInput,
  type FlushLoopNotice,
  flushLoopMachine,
} from "./flush-loop.machine";
export {
  type FreshnessActorRef,
  type FreshnessEvent,
  type FreshnessInput,
  type FreshnessNotice,
  freshnessMachine,
} from "./freshness.machine";
export {
  type OriginHoldActorRef,
  type OriginHoldNotice,
  originHoldMachine,
} from "./origin-hold.machine";
export {
  type PersistenceActorRef,
  type PersistenceEvent,
  type PersistenceInput,
  type PersistenceNotice,
  persistenceMachine,
} from "./persistence.machine";
export {
  type RefreshActorRef,
  type RefreshEvent,
  type RefreshInput,
  refreshMachine,
} from "./refresh.machine";
export { NEUTRAL_SAMPLE, type Sample } from "./sample";
