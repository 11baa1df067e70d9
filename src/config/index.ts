export type {
  BootstrapConfig,
  BootstrapRules,
  CacheConfig,
  CircuitBreakerConfig,
  FetchLike,
  Inspect,
  ResolvedConfig,
  RetryConfig,
  RollgateConfig,
  StreamConfig,
  TelemetryConfig,
  TrackingConfig,
} from "./config.types";
export { resolveConfig } from "./resolve";
