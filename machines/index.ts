export {
  type CircuitBreakerActorRef,
  type CircuitBreakerEvent,
  type CircuitBreakerInput,
  type CircuitBreakerNotice,
  circuitBreakerMachine,
} from "./circuit-breaker.machine";
export { type ClientActorRef, clientMachine } from "./client.machine";
export type {
  CacheLoad,
  ClientEmitted,
  ClientEvent,
  ClientInput,
  ClocksChecked,
  UserSwap,
} from "./client.setup";
export { type ConnectionActorRef, connectionMachine } from "./connection.machine";
export type { ConnectionEvent, ConnectionInput, StreamEvent } from "./connection.setup";
export type * from "./events";
export { type FlushLoopActorRef, flushLoopMachine } from "./flush-loop.machine";
export type {
  BatchOutcome,
  FlushLoopEvent,
  FlushLoopInput,
  FlushLoopNotice,
} from "./flush-loop.setup";
export {
  type Freshness,
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
export { type RefreshActorRef, refreshMachine } from "./refresh.machine";
export type { RefreshEvent, RefreshInput } from "./refresh.setup";
export { NEUTRAL_SAMPLE, type Sample } from "./sample";
