export type {
  BootstrapConfig,
  BootstrapRules,
  CacheConfig,
  CircuitBreakerConfig,
  FetchLike,
  Inspect,
  InspectedClient,
  InspectedFacts,
  Inspector,
  ResolvedConfig,
  RetryConfig,
  RollgateConfig,
  StreamConfig,
  TelemetryConfig,
  TrackingConfig,
} from "./config.types";
export { resolveConfig } from "./resolve";
