import { afterEach, describe, expect, it, vi } from "vitest";
import { resolveConfig } from "../../../src/config";
import { createMemoryStorage } from "../../../src/storage/memory";
import { MAX_TIMER_MS } from "../../../src/time/clock";

const NODE = { browser: false };
const BROWSER = { browser: true };
const apiKey = "sb_server_1";

afterEach(() => vi.restoreAllMocks());

describe("defaults", () => {
  it("are those of the contract", () => {
    const { random, ...config } = resolveConfig({ apiKey }, NODE);

    expect(config).toEqual({
      apiKey,
      baseUrl: "https://api.rollgate.io",
      streamUrl: "https://api.rollgate.io",
      refreshIntervalMs: 30_000,
      enableStreaming: false,
      timeoutMs: 5_000,
      maxResponseBytes: 8_388_608,
      initTimeoutMs: 10_000,
      closeTimeoutMs: 5_000,
      typedFlags: false,
      userContextHeader: true,
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
      logLevel: "warn",
    });
    expect(typeof random).toBe("function");
  });

  it("hold for options that are undefined, too", () => {
    const undefinedOnes = {
      apiKey,
      baseUrl: undefined,
      timeoutMs: undefined,
      retry: undefined,
      cache: { ttlMs: undefined, storage: undefined },
      logger: undefined,
      bootstrap: undefined,
    };
    const { random: _, ...config } = resolveConfig(undefinedOnes, NODE);
    const { random: __, ...plain } = resolveConfig({ apiKey }, NODE);

    expect(config).toEqual(plain);
  });

  it("send the user's context outside browsers only, unless asked", () => {
    expect(resolveConfig({ apiKey }, BROWSER).userContextHeader).toBe(false);
    expect(resolveConfig({ apiKey, userContextHeader: true }, BROWSER).userContextHeader).toBe(
      true,
    );
    expect(resolveConfig({ apiKey, userContextHeader: false }, NODE).userContextHeader).toBe(false);
  });

  it("use the chance that is global when it is needed", () => {
    const config = resolveConfig({ apiKey }, NODE);
    vi.spyOn(Math, "random").mockReturnValueOnce(0.25);

    expect(config.random()).toBe(0.25);
  });
});

describe("what is given", () => {
  it("is taken over", () => {
    const clock = { now: () => 0, monotonic: () => 0, setTimeout: () => 0, clearTimeout() {} };
    const given = {
      apiKey,
      baseUrl: "http://localhost:4400",
      streamUrl: "https://stream.example/base",
      refreshIntervalMs: 0,
      enableStreaming: true,
      timeoutMs: 1,
      maxResponseBytes: 1,
      initTimeoutMs: 1,
      closeTimeoutMs: 1,
      typedFlags: true,
      userContextHeader: true,
      retry: { maxRetries: 0, baseDelayMs: 1, maxDelayMs: 1, jitterFactor: 0 },
      circuitBreaker: {
        failureThreshold: 1,
        recoveryTimeoutMs: 1,
        monitoringWindowMs: 1,
        successThreshold: 1,
      },
      cache: {
        ttlMs: 0,
        staleTtlMs: 0,
        revalidateFresh: false,
        persistPath: "f.json",
        storage: createMemoryStorage(),
      },
      stream: {
        reconnectBaseDelayMs: 1,
        reconnectMaxDelayMs: 1,
        idleTimeoutMs: 1,
        changeJitterMs: 7,
      },
      tracking: {
        flushIntervalMs: 20,
        maxBufferSize: 2,
        maxQueueSize: 3,
        persist: true,
        enabled: false,
      },
      telemetry: { flushIntervalMs: 20, enabled: false },
      maxStalenessMs: 1,
      bootstrap: { flags: { a: true, b: { deep: 1 } }, reasons: { a: { kind: "OFF" } } },
      fetch: async () => new Response(),
      logger: console,
      logLevel: "silent",
      inspect: { next() {} },
      clock,
      random: () => 0.5,
    };

    expect(resolveConfig(given, NODE)).toEqual(given);
    expect(resolveConfig(given, NODE).clock).toBe(clock);
  });

  it.each([
    ["https://x.example/", "https://x.example"],
    ["https://x.example/base//", "https://x.example/base"],
    ["HTTP://X.example:80/a/../b", "http://x.example/b"],
  ])("has URLs in normal form: %s", (baseUrl, expected) => {
    const config = resolveConfig({ apiKey, baseUrl }, NODE);

    expect([config.baseUrl, config.streamUrl]).toEqual([expected, expected]);
    expect(resolveConfig({ apiKey, streamUrl: baseUrl }, NODE).streamUrl).toBe(expected);
  });

  it("has durations that timers can hold, in whole milliseconds", () => {
    const config = resolveConfig(
      {
        apiKey,
        refreshIntervalMs: 1e300,
        timeoutMs: 1.2,
        maxStalenessMs: 1e10,
        retry: { maxDelayMs: 1e12, maxRetries: 1e12 },
      },
      NODE,
    );

    expect(config.refreshIntervalMs).toBe(MAX_TIMER_MS);
    expect(config.timeoutMs).toBe(2);
    expect(config.maxStalenessMs).toBe(MAX_TIMER_MS);
    expect(config.retry).toMatchObject({ maxDelayMs: MAX_TIMER_MS, maxRetries: 1e12 });
  });

  it("has no interval that makes a tight loop", () => {
    const config = resolveConfig(
      {
        apiKey,
        refreshIntervalMs: 0.5,
        tracking: { flushIntervalMs: 1 },
        telemetry: { flushIntervalMs: 9.5 },
      },
      NODE,
    );

    expect(config.refreshIntervalMs).toBe(10);
    expect(config.tracking.flushIntervalMs).toBe(10);
    expect(config.telemetry.flushIntervalMs).toBe(10);
  });

  it("has no interval where 0 says so", () => {
    const none = { flushIntervalMs: 0 };
    const config = resolveConfig(
      { apiKey, refreshIntervalMs: 0, tracking: none, telemetry: none },
      NODE,
    );

    expect(config.refreshIntervalMs).toBe(0);
    expect(config.tracking.flushIntervalMs).toBe(0);
    expect(config.telemetry.flushIntervalMs).toBe(0);
  });

  it("is made to agree where it contradicts itself", () => {
    const config = resolveConfig(
      { apiKey, cache: { ttlMs: 7_200_000 }, tracking: { maxQueueSize: 5 } },
      NODE,
    );

    expect(config.cache.staleTtlMs).toBe(7_200_000);
    expect(config.tracking.maxBufferSize).toBe(5);
  });

  it("is frozen, but what the app brought is left alone", () => {
    const storage = createMemoryStorage();
    const bootstrap = { flags: { a: true } };
    const config = resolveConfig({ apiKey, bootstrap, cache: { storage } }, NODE);
    const sections = [config, config.retry, config.circuitBreaker, config.cache, config.stream];

    expect([...sections, config.tracking, config.telemetry].every(Object.isFrozen)).toBe(true);
    expect(Object.isFrozen(storage)).toBe(false);
    expect(config.bootstrap?.flags).toBe(bootstrap.flags);
    expect(Object.isFrozen(bootstrap.flags)).toBe(false);
  });

  it("has no file in browsers", () => {
    expect(resolveConfig({ apiKey, cache: { persistPath: "f" } }, BROWSER).cache).toEqual({
      ttlMs: 300_000,
      staleTtlMs: 3_600_000,
      revalidateFresh: true,
    });
  });

  it("is not changed", () => {
    const given = Object.freeze({
      apiKey,
      timeoutMs: 1.5,
      retry: Object.freeze({ maxRetries: 1 }),
    });
    resolveConfig(given, NODE);

    expect(given).toEqual({ apiKey, timeoutMs: 1.5, retry: { maxRetries: 1 } });
  });
});
