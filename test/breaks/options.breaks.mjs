/** Breaks of what PRODUCT says of each option: its default, and what another value does. */
const TEST = "test/integration/config/option-table.test.ts";
const DEFAULTS = "src/config/defaults.ts";
const RESOLVE = "src/config/resolve.ts";
const SERVICES = "src/client/services.ts";
const INPUT = "src/client/machine-input.ts";
const FETCH = "src/actors/fetch-flags.ts";

const byDefault = (option, from, to, file = DEFAULTS) => ({
  promise: `${option}: its default`,
  file,
  from,
  to,
  test: TEST,
});

const given = (option, file, from, to) => ({
  promise: `${option}: the effect of another value`,
  file,
  from,
  to,
  test: TEST,
});

/** Passes an option on as if nobody had given it. */
const deaf = (option, from, value, file = INPUT) =>
  given(option, file, from, `${from.split(":")[0]}: ${value},`);

export default [
  byDefault("refreshIntervalMs", "refreshIntervalMs: 30_000", "refreshIntervalMs: 30_001"),
  byDefault("enableStreaming", "enableStreaming: false", "enableStreaming: true"),
  byDefault("timeoutMs", "\n  timeoutMs: 5_000", "\n  timeoutMs: 4_999"),
  byDefault("maxResponseBytes", "8_388_608", "8_388_607"),
  byDefault("initTimeoutMs", "initTimeoutMs: 10_000", "initTimeoutMs: 10_001"),
  byDefault("closeTimeoutMs", "closeTimeoutMs: 5_000", "closeTimeoutMs: 4_999"),
  byDefault("typedFlags", "typedFlags: false", "typedFlags: true"),
  byDefault("retry.maxRetries", "maxRetries: 3", "maxRetries: 2"),
  byDefault("retry.baseDelayMs", "baseDelayMs: 100", "baseDelayMs: 101"),
  byDefault("retry.maxDelayMs", "maxDelayMs: 10_000", "maxDelayMs: 10_001"),
  byDefault("retry.jitterFactor", "jitterFactor: 0.1", "jitterFactor: 0.11"),
  byDefault("circuitBreaker.failureThreshold", "failureThreshold: 5", "failureThreshold: 4"),
  byDefault(
    "circuitBreaker.recoveryTimeoutMs",
    "recoveryTimeoutMs: 30_000",
    "recoveryTimeoutMs: 29_999",
  ),
  byDefault(
    "circuitBreaker.monitoringWindowMs",
    "monitoringWindowMs: 60_000",
    "monitoringWindowMs: 60_001",
  ),
  byDefault("circuitBreaker.successThreshold", "successThreshold: 3", "successThreshold: 2"),
  byDefault("cache.ttlMs", "{ ttlMs: 300_000", "{ ttlMs: 300_001"),
  byDefault("cache.staleTtlMs", "staleTtlMs: 3_600_000", "staleTtlMs: 3_600_001"),
  byDefault(
    "stream.reconnectBaseDelayMs",
    "reconnectBaseDelayMs: 1_000",
    "reconnectBaseDelayMs: 1_001",
  ),
  byDefault(
    "stream.reconnectMaxDelayMs",
    "reconnectMaxDelayMs: 30_000",
    "reconnectMaxDelayMs: 30_001",
  ),
  byDefault("stream.idleTimeoutMs", "idleTimeoutMs: 300_000", "idleTimeoutMs: 299_999"),
  byDefault("stream.changeJitterMs", "changeJitterMs: 0", "changeJitterMs: 2"),
  byDefault("tracking.flushIntervalMs", "flushIntervalMs: 30_000", "flushIntervalMs: 30_001"),
  byDefault("tracking.maxBufferSize", "maxBufferSize: 100", "maxBufferSize: 99"),
  byDefault("tracking.maxQueueSize", "maxQueueSize: 10_000", "maxQueueSize: 9_999"),
  byDefault("tracking.persist", "persist: false", "persist: true"),
  byDefault(
    "tracking.enabled",
    "persist: false,\n    enabled: true",
    "persist: false,\n    enabled: false",
  ),
  byDefault("telemetry.flushIntervalMs", "flushIntervalMs: 60_000", "flushIntervalMs: 60_001"),
  byDefault("telemetry.enabled", "60_000, enabled: true", "60_000, enabled: false"),
  byDefault("baseUrl", "https://api.rollgate.io", "https://api.rollgate.example"),
  byDefault("logLevel", 'logLevel: "warn"', 'logLevel: "error"'),
  byDefault(
    "apiKey",
    'apiKey: text(/^[!-~]+$/, "a non-empty string of visible ASCII characters")',
    'apiKey: optional(text(/./, ""), "k")',
    "src/config/schema.ts",
  ),
  byDefault("streamUrl", "streamUrl = given.baseUrl", 'streamUrl = "http://127.0.0.1:1"', RESOLVE),
  byDefault("userContextHeader", "?? !browser", "?? browser", RESOLVE),
  byDefault(
    "cache.persistPath",
    "undefined : cache.persistPath",
    'undefined : (cache.persistPath ?? "kept.json")',
    RESOLVE,
  ),
  byDefault(
    "cache.storage",
    "storage: cache.storage,",
    "storage: cache.storage ?? (globalThis.kept ??= Object.assign(new Map(), { kept: true })),",
    RESOLVE,
  ),
  byDefault(
    "maxStalenessMs",
    "maxStalenessMs: given.maxStalenessMs",
    "maxStalenessMs: given.maxStalenessMs ?? 86_400_000",
    RESOLVE,
  ),
  byDefault(
    "bootstrap.flags",
    "bootstrap: given.bootstrap as",
    "bootstrap: (given.bootstrap ?? { flags: {} }) as",
    RESOLVE,
  ),
  byDefault(
    "bootstrap.reasons",
    "own(reasons, key)",
    'own(reasons, key) ?? { kind: "OFF" }',
    "src/client/bootstrap.ts",
  ),
  byDefault(
    "bootstrap.details",
    "own(details, key)",
    "own(details, key) ?? { on: false }",
    "src/client/bootstrap.ts",
  ),
  byDefault(
    "fetch",
    "const doFetch = options.fetch ?? globalThis.fetch",
    "const doFetch = options.fetch ?? (() => Promise.reject(new Error()))",
    "src/http/http.ts",
  ),
  byDefault("logger", "logger = consoleLogger", "logger = {}", "src/logger/safe.ts"),
  byDefault(
    "inspect",
    "if (config.inspect !== undefined) this.inspectors.attach(config.inspect);",
    "this.inspectors.attach(config.inspect);",
    "src/client/core.ts",
  ),
  byDefault(
    "clock",
    "now: () => Date.now()",
    "now: () => performance.now()",
    "src/platform/node.ts",
  ),
  byDefault("random", "() => Math.random()", "() => 0.5", RESOLVE),

  deaf("refreshIntervalMs", "refreshIntervalMs: config.refreshIntervalMs,", "30_000"),
  deaf("enableStreaming", "streaming: config.enableStreaming,", "false"),
  given(
    "timeoutMs",
    INPUT,
    "const requestTimeoutMs = config.timeoutMs",
    "const requestTimeoutMs = 5_000",
  ),
  deaf("maxResponseBytes", "maxResponseBytes: config.maxResponseBytes,", "8_388_608", SERVICES),
  deaf("initTimeoutMs", "initTimeoutMs: config.initTimeoutMs,", "10_000"),
  deaf("closeTimeoutMs", "closeTimeoutMs: config.closeTimeoutMs,", "5_000"),
  given("typedFlags", FETCH, "path: config.typedFlags ?", "path: false ?"),
  given("userContextHeader", FETCH, "user && config.userContextHeader", "user"),
  deaf("retry.maxRetries", "maxRetries: retry.maxRetries,", "3"),
  ...[
    ["baseDelayMs", 100],
    ["maxDelayMs", 10_000],
    ["jitterFactor", 0.1],
  ].map(([name, value]) =>
    given(
      `retry.${name}`,
      INPUT,
      "backoff: retry,\n      streamSpacingMs",
      `backoff: { ...retry, ${name}: ${value} },\n      streamSpacingMs`,
    ),
  ),
  ...[
    ["failureThreshold", 5],
    ["recoveryTimeoutMs", 30_000],
    ["monitoringWindowMs", 60_000],
    ["successThreshold", 3],
  ].map(([name, value]) =>
    given(
      `circuitBreaker.${name}`,
      INPUT,
      "...circuitBreaker,\n",
      `...circuitBreaker,\n      ${name}: ${value},\n`,
    ),
  ),
  deaf("cache.ttlMs", "ttlMs: cache.ttlMs,", "300_000"),
  given("cache.staleTtlMs", RESOLVE, "Math.max(cache.ttlMs, cache.staleTtlMs)", "3_600_000"),
  given("cache.persistPath", RESOLVE, "undefined : cache.persistPath", "undefined : undefined"),
  deaf("cache.storage", "storage: cache.storage,", "undefined", RESOLVE),
  deaf(
    "stream.reconnectBaseDelayMs",
    "reconnectBaseDelayMs: stream.reconnectBaseDelayMs,",
    "1_000",
  ),
  deaf("stream.reconnectMaxDelayMs", "reconnectMaxDelayMs: stream.reconnectMaxDelayMs,", "30_000"),
  deaf("stream.idleTimeoutMs", "idleTimeoutMs: config.stream.idleTimeoutMs,", "300_000", SERVICES),
  deaf("stream.changeJitterMs", "changeJitterMs: stream.changeJitterMs,", "0"),
  deaf("tracking.flushIntervalMs", "flushIntervalMs: tracking.flushIntervalMs,", "30_000"),
  given(
    "tracking.maxBufferSize",
    RESOLVE,
    "Math.min(tracking.maxBufferSize, tracking.maxQueueSize)",
    "100",
  ),
  given(
    "tracking.maxQueueSize",
    SERVICES,
    "<TrackedEvent>(config.tracking)",
    "<TrackedEvent>({ maxQueueSize: 10_000 })",
  ),
  given("tracking.persist", SERVICES, "config.tracking.persist\n          ?", "false\n          ?"),
  given("tracking.enabled", "src/client/core.ts", "!this.config.tracking.enabled", "false"),
  deaf("telemetry.flushIntervalMs", "flushIntervalMs: telemetry.flushIntervalMs,", "60_000"),
  given("telemetry.enabled", SERVICES, "clock, config.telemetry.enabled)", "clock, true)"),
  given("apiKey", "src/http/open-stream.ts", "authorization: `Bearer ", "authorization: `Basic "),
  given("baseUrl", RESOLVE, "checkedUrl(given.baseUrl)", "new URL(given.baseUrl).origin"),
  given("streamUrl", RESOLVE, "checkedUrl(streamUrl)", "checkedUrl(given.baseUrl)"),
  deaf("maxStalenessMs", "maxStalenessMs: given.maxStalenessMs,", "undefined", RESOLVE),
  given(
    "bootstrap.flags",
    "src/client/bootstrap.ts",
    "Object.entries(flags)",
    "Object.entries({})",
  ),
  given("bootstrap.reasons", "src/client/bootstrap.ts", "own(reasons, key)", "undefined"),
  given("bootstrap.details", "src/client/bootstrap.ts", "own(details, key)", "undefined"),
  given("fetch", SERVICES, "fetch: config.fetch as typeof fetch | undefined,", "fetch: undefined,"),
  deaf("logger", "logger: given.logger,", "undefined", RESOLVE),
  given("logLevel", SERVICES, "level: config.logLevel", 'level: "warn"'),
  deaf("inspect", "inspect: given.inspect,", "undefined", RESOLVE),
  deaf("clock", "clock: given.clock,", "undefined", RESOLVE),
  given("random", RESOLVE, "given.random ?? lateRandom", "lateRandom"),
];
