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
  ResolvedConfig,
  RetryConfig,
  RollgateConfig,
  StreamConfig,
  TelemetryConfig,
  TrackingConfig,
} from "./config.types";
export { parseBootstrap } from "./parse-bootstrap";
export { resolveConfig } from "./resolve";
