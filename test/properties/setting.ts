import type { RollgateConfig } from "../../src";
import { seededRandom } from "../../src/testing/fault-server/seeded-random";
import { API_KEY } from "../support/client";

/** What differs from run to run besides the script. */
export interface Setting {
  readonly seed: number;
  readonly streaming: boolean;
  readonly polling: boolean;
  readonly typed: boolean;
  /** The user travels with every request for flags. */
  readonly header: boolean;
  readonly storage: boolean;
  readonly bootstrap: boolean;
  /** Aborted requests end; else their answers come late. */
  readonly heedsAbort: boolean;
}

export const TIMEOUT_MS = 3_000;
export const BREAKER = {
  failureThreshold: 3,
  recoveryTimeoutMs: 8_000,
  monitoringWindowMs: 5_000,
  successThreshold: 2,
};
/** Short times, so that a script comes to every limit. */
export function configOf(setting: Setting): RollgateConfig {
  const kept = new Map<string, string>();
  return {
    apiKey: API_KEY,
    baseUrl: "http://rollgate.invalid",
    random: seededRandom(setting.seed),
    logLevel: "silent",
    enableStreaming: setting.streaming,
    refreshIntervalMs: setting.polling ? 7_000 : 0,
    typedFlags: setting.typed,
    userContextHeader: setting.header,
    timeoutMs: TIMEOUT_MS,
    circuitBreaker: BREAKER,
    stream: { reconnectMaxDelayMs: 8_000 },
    tracking: { flushIntervalMs: 2_000, maxBufferSize: 3 },
    telemetry: { flushIntervalMs: 9_000 },
    cache: {
      ttlMs: 15_000,
      storage: setting.storage && {
        get: (key) => kept.get(key),
        set: (key, text) => void kept.set(key, text),
        delete: (key) => void kept.delete(key),
      },
    },
  };
}
