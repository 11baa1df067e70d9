import type { FlagStorage } from "../storage/storage";
import type { ResolvedConfig } from "./config.types";
import { interval, settled } from "./durations";
import { wrongOption } from "./issue";
import { parseOptions } from "./parse";
import { normalUrl } from "./url";

/** What some defaults depend on. */
export interface ConfigPlatform {
  readonly browser: boolean;
}

/**
 * Checks the options that an app gave and fills in the rest.
 *
 * @param options meant to be a `RollgateConfig`, but anything is taken.
 * @throws ConfigurationError that names the option, and nothing else, whatever
 *   `options` is; it repeats no text from it.
 */
export function resolveConfig(options: unknown, { browser }: ConfigPlatform): ResolvedConfig {
  const given = parseOptions(options);
  const { cache, tracking, telemetry, streamUrl = given.baseUrl } = given;
  const persistPath = browser ? undefined : cache.persistPath;
  if (given.bootstrap !== undefined && !given.bootstrap.flags && !given.bootstrap.rules) {
    throw wrongOption("bootstrap.flags", "given, or bootstrap.rules", undefined);
  }
  if (tracking.persist && persistPath === undefined && !keepsEvents(cache.storage, browser)) {
    throw wrongOption("tracking.persist", NO_PLACE, true);
  }
  return settled({
    ...given,
    baseUrl: checkedUrl(given.baseUrl),
    streamUrl: checkedUrl(streamUrl),
    refreshIntervalMs: interval(given.refreshIntervalMs),
    userContextHeader: given.userContextHeader ?? !browser,
    retry: settled(given.retry),
    circuitBreaker: settled(given.circuitBreaker),
    cache: settled({
      ttlMs: cache.ttlMs,
      staleTtlMs: Math.max(cache.ttlMs, cache.staleTtlMs),
      revalidateFresh: cache.revalidateFresh,
      persistPath,
      storage: cache.storage,
    }),
    stream: settled(given.stream),
    tracking: settled({
      ...tracking,
      flushIntervalMs: interval(tracking.flushIntervalMs),
      maxBufferSize: Math.min(tracking.maxBufferSize, tracking.maxQueueSize),
    }),
    telemetry: settled({ ...telemetry, flushIntervalMs: interval(telemetry.flushIntervalMs) }),
    maxStalenessMs: given.maxStalenessMs,
    bootstrap: given.bootstrap as ResolvedConfig["bootstrap"],
    fetch: given.fetch,
    logger: given.logger,
    inspect: given.inspect,
    clock: given.clock,
    random: given.random ?? lateRandom,
  });
}

/** A storage that others use, too, cannot tell whose events are whose. */
function keepsEvents(storage: FlagStorage | false | undefined, browser: boolean): boolean {
  if (storage === undefined) return browser;
  return storage !== false && storage.shared !== true;
}

/** The schema let through only what has a normal form. */
const checkedUrl = (url: string) => normalUrl(url) as string;

const NO_PLACE =
  "false, as neither cache.persistPath nor a cache.storage that is not shared says where to keep events";

// Looked up at each call, so that what a test puts in its place later holds.
const lateRandom = () => Math.random();
