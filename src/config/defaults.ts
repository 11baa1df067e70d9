/** What holds where nothing is given, apart from what follows another option or the platform. */
export const DEFAULTS = {
  baseUrl: "https://api.rollgate.io",
  logLevel: "warn",
  refreshIntervalMs: 30_000,
  enableStreaming: false,
  timeoutMs: 5_000,
  maxResponseBytes: 8_388_608,
  initTimeoutMs: 10_000,
  closeTimeoutMs: 5_000,
  typedFlags: false,
  retry: { maxRetries: 3, baseDelayMs: 100, maxDelayMs: 10_000, jitterFactor: 0.1 },
  circuitBreaker: {
    failureThreshold: 5,
    recoveryTimeoutMs: 30_000,
    monitoringWindowMs: 60_000,
    successThreshold: 3,
  },
  cache: { ttlMs: 300_000, staleTtlMs: 3_600_000, revalidateFresh: true },
  stream: {
    reconnectBaseDelayMs: 1_000,
    reconnectMaxDelayMs: 30_000,
    idleTimeoutMs: 300_000,
    changeJitterMs: 0,
  },
  tracking: {
    flushIntervalMs: 30_000,
    maxBufferSize: 100,
    maxQueueSize: 10_000,
    persist: false,
    enabled: true,
  },
  telemetry: { flushIntervalMs: 60_000, enabled: true },
} as const;
