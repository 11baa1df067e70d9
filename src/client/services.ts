import type { ResolvedConfig } from "../config";
import { createRedactor, type RollgateError } from "../errors";
import { createHttp, type Http } from "../http";
import { createSafeLogger, type Logger } from "../logger";
import { type WatchedClock, watchLateness } from "../platform/lateness";
import type { Platform } from "../platform/platform";
import type { ReadStream } from "../sse";
import { createNames } from "../storage/names";
import { createSafeStorage } from "../storage/safe";
import type { FlagStorage } from "../storage/storage";
import { createEventQueue, type EventQueue, type TrackedEvent } from "../tracking";
import { VERSION } from "../version";
import { EventSender } from "./event-sender";
import { FlagCache } from "./flag-cache";
import { FlagStore, type FlagStoreListener } from "./flag-store";
import { Outbox } from "./outbox";
import { RuleCompiler } from "./rule-compiler";
import { RulesCache } from "./rules-cache";
import { readerOnDemand } from "./stream-loader";
import { Telemetry } from "./telemetry";

/** What the services tell the client. */
export interface ServiceListener extends FlagStoreListener {
  /** Nobody ran for a while: the machine slept, or the wall clock jumped. */
  late(): void;
  error(error: RollgateError): void;
}

/** Everything the actors work with, made from one configuration. */
export interface Services {
  readonly config: ResolvedConfig;
  readonly platform: Platform;
  readonly clock: WatchedClock;
  readonly logger: Logger;
  readonly http: Http;
  readonly store: FlagStore;
  /** Where flags are kept beyond the process; absent: nowhere. */
  readonly storage: FlagStorage | undefined;
  readonly cache: FlagCache;
  readonly rules: RuleCompiler;
  readonly rulesCache: RulesCache;
  readonly queue: EventQueue<TrackedEvent>;
  readonly events: EventSender;
  readonly outbox: Outbox;
  readonly telemetry: Telemetry;
  readonly listener: ServiceListener;
  /** Reads the stream of the current user. */
  readonly readStream: ReadStream;
}

export function createServices(
  config: ResolvedConfig,
  platform: Platform,
  listener: ServiceListener,
): Services {
  const redact = createRedactor([config.apiKey]);
  const logger = createSafeLogger({ logger: config.logger, level: config.logLevel, redact });
  const clock = watchLateness(config.clock ?? platform.clock, () => listener.late());
  const { apiKey, baseUrl, streamUrl, typedFlags } = config;
  const request = {
    apiKey,
    sdkHeaders: !platform.browser,
    now: () => clock.now(),
    version: VERSION,
    fetch: config.fetch as typeof fetch | undefined,
    browser: platform.browser,
  };
  const http = createHttp({
    ...request,
    baseUrl,
    maxResponseBytes: config.maxResponseBytes,
  });
  const names = once(() =>
    createNames((text) => platform.digest(text))({ baseUrl, apiKey, typedFlags }),
  );
  const storage = openStorage(config, platform, { clock, redact, report: listener.error });
  const store = new FlagStore(clock, listener);
  const queue = createEventQueue<TrackedEvent>(config.tracking);
  return {
    config,
    platform,
    clock,
    logger,
    http,
    store,
    queue,
    listener,
    storage,
    cache: new FlagCache({ ...config.cache, names, storage, clock, report: listener.error }),
    rules: new RuleCompiler({ load: platform.loadRules, report: listener.error, redact }),
    rulesCache: new RulesCache({ names, storage, report: listener.error }),
    events: new EventSender(queue, http, {
      batchSize: config.tracking.maxBufferSize,
      keepalive: platform.browser,
    }),
    outbox: new Outbox(
      queue,
      once(async () =>
        config.tracking.persist
          ? platform.outbox({ path: config.cache.persistPath, storage, names: await names() })
          : undefined,
      ),
    ),
    telemetry: new Telemetry(store, http, clock, config.telemetry.enabled),
    readStream: readerOnDemand(platform.loadStreamReader, {
      ...request,
      streamUrl,
      // An app's own `fetch` serves the stream, too.
      send: config.fetch === undefined ? platform.openStream : undefined,
      userId: () => store.user?.id,
      clock,
      idleTimeoutMs: config.stream.idleTimeoutMs,
      maxEventBytes: config.maxResponseBytes,
    }),
  };
}

function openStorage(
  config: ResolvedConfig,
  platform: Platform,
  options: Parameters<typeof createSafeStorage>[1],
): FlagStorage | undefined {
  const { storage = platform.storage({ path: config.cache.persistPath, report: options.report }) } =
    config.cache;
  if (!storage) return undefined;
  const { timeoutMs } = storage;
  return createSafeStorage(storage, { ...options, ...(timeoutMs !== undefined && { timeoutMs }) });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
