import type { ClientInput } from "../../machines";
import type { Services } from "./services";

/** Between the fetches that only the stream wishes for, in milliseconds. */
const STREAM_SPACING_MS = 100;
/** How long changes of flags, and of unsent events, are collected before they are written, in milliseconds. */
const SAVE_DELAY_MS = 1_000;
const OUTBOX_DELAY_MS = 500;
/** With polling disabled, how long a half-open circuit waits at most between probes, in milliseconds. */
const PROBE_INTERVAL_MS = 30_000;

/** The limits and intervals of every machine. */
export function inputOf({ config, storage }: Services): ClientInput {
  const { retry, circuitBreaker, cache, stream, tracking, telemetry } = config;
  const requestTimeoutMs = config.timeoutMs;
  return {
    bootstrapped: config.bootstrap?.flags !== undefined,
    // A stream that opens is followed by a fetch in any case.
    trustsFresh: !config.cache.revalidateFresh && !config.enableStreaming,
    initTimeoutMs: config.initTimeoutMs,
    closeTimeoutMs: config.closeTimeoutMs,
    circuit: {
      ...circuitBreaker,
      probeIntervalMs: config.refreshIntervalMs || PROBE_INTERVAL_MS,
    },
    connection: {
      streaming: config.enableStreaming,
      connectTimeoutMs: requestTimeoutMs,
      refreshIntervalMs: config.refreshIntervalMs,
      reconnectBaseDelayMs: stream.reconnectBaseDelayMs,
      reconnectMaxDelayMs: stream.reconnectMaxDelayMs,
      changeJitterMs: stream.changeJitterMs,
      recoveryTimeoutMs: circuitBreaker.recoveryTimeoutMs,
    },
    refresh: {
      requestTimeoutMs,
      maxRetries: retry.maxRetries,
      backoff: retry,
      streamSpacingMs: STREAM_SPACING_MS,
    },
    freshness: {
      ttlMs: cache.ttlMs,
      ...(config.maxStalenessMs !== undefined && { maxStalenessMs: config.maxStalenessMs }),
    },
    tracking: {
      channel: "tracking",
      periodic: false,
      flushIntervalMs: tracking.flushIntervalMs,
      requestTimeoutMs,
      backoff: retry,
    },
    telemetry: {
      channel: "telemetry",
      periodic: telemetry.enabled,
      flushIntervalMs: telemetry.flushIntervalMs,
      requestTimeoutMs,
      backoff: retry,
    },
    cache: {
      keeps: storage !== undefined,
      saveDelayMs: SAVE_DELAY_MS,
      touchDelayMs: Math.max(SAVE_DELAY_MS, cache.ttlMs / 5),
    },
    outbox: {
      keeps: tracking.persist,
      saveDelayMs: OUTBOX_DELAY_MS,
      touchDelayMs: OUTBOX_DELAY_MS,
    },
  };
}
