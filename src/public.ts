export type { FlagsBootstrap } from "./client/bootstrap";
export {
  type BootstrapScriptOptions,
  bootstrapScript,
  readBootstrap,
} from "./client/bootstrap-script";
export type { PlatformClient } from "./client/client";
export type { DiagnosticsReport, FlagsInHand, ReportedError } from "./client/diagnostics";
export type {
  ClientEvents,
  ClientListener,
  FlagRecord,
} from "./client/events";
export type { FlagSnapshot } from "./client/flag-snapshot";
export type { EvaluationMode } from "./client/flag-store";
export {
  type CacheStats,
  CircuitState,
  type CircuitStateName,
  type CircuitStats,
  type ClientState,
  type RefreshOptions,
  type Transition,
} from "./client/types";
export type { UserView } from "./client/user-view";
export type {
  BootstrapConfig,
  BootstrapDetail,
  BootstrapRules,
  CacheConfig,
  CircuitBreakerConfig,
  FetchLike,
  Inspect,
  InspectedClient,
  InspectedFacts,
  Inspector,
  RetryConfig,
  RollgateConfig,
  StreamConfig,
  TelemetryConfig,
  TrackingConfig,
} from "./config";
export {
  AuthenticationError,
  CircuitOpenError,
  ConfigurationError,
  type ErrorCategory,
  InvalidResponseError,
  isAuthenticationError,
  isCircuitOpenError,
  isConfigurationError,
  isInvalidResponseError,
  isNetworkError,
  isNotFoundError,
  isRateLimitError,
  isRollgateError,
  isServerError,
  isTimeoutError,
  isValidationError,
  NetworkError,
  NotFoundError,
  RateLimitError,
  RollgateError,
  ServerError,
  TimeoutError,
  ValidationError,
} from "./errors";
export type { FlagChange } from "./flags/diff";
export type { FlagKey, FlagKeyFor, FlagKeyOf, RollgateFlags, ValueFor } from "./flags/keys";
export type {
  ErrorKind,
  EvaluationDetail,
  EvaluationReason,
  FlagType,
  JsonValue,
  ReasonKind,
  Source,
  UserContext,
} from "./flags/types";
export type { Logger, LogLevel } from "./logger";
export type { FlagStorage, StoredText } from "./storage/storage";
export type { Random } from "./time/backoff";
export type { Clock } from "./time/clock";
export type { EventStats, TelemetryStats, TrackOptions } from "./tracking";
export { VERSION } from "./version";
