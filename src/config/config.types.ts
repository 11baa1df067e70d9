import type { InspectionEvent } from "xstate";
import type { EvaluationReason, JsonValue, Source } from "../flags/types";
import type { Logger, LogLevel } from "../logger/logger";
import type { FlagStorage } from "../storage/storage";
import type { Random } from "../time/backoff";
import type { Clock } from "../time/clock";

/**
 * The options of a client; all but `apiKey` have defaults. Names that end in
 * `Ms` are milliseconds, rounded up to whole ones and clamped to what timers can
 * hold (about 24.8 days). Unknown names, wrong types and numbers that are
 * negative or not finite throw a `ConfigurationError` that names the option.
 */
export interface RollgateConfig {
  /** The key of an environment: visible ASCII characters. It never appears in errors, logs or files. */
  readonly apiKey: string;
  /**
   * Where the server is: an http(s) URL without credentials, query or hash. A
   * trailing slash is dropped.
   * @default "https://api.rollgate.io"
   */
  readonly baseUrl?: string;
  /** Where the stream is, when that is another host; same form. @default baseUrl */
  readonly streamUrl?: string;
  /** Time between two polls. 0 disables polling; less than 10 counts as 10. @default 30_000 */
  readonly refreshIntervalMs?: number;
  /** Hold a stream open and learn of changes at once, polling only while it is down. @default false */
  readonly enableStreaming?: boolean;
  /** The most that one request may take, its body included; at least 1. @default 5_000 */
  readonly timeoutMs?: number;
  /** The largest answer or stream event that is read, in bytes after decompression. @default 8_388_608 */
  readonly maxResponseBytes?: number;
  /** The most that `init()` waits for first flags; at least 1. Background work goes on afterwards. @default 10_000 */
  readonly initTimeoutMs?: number;
  /** The most that `close()` waits for unsent events, and `flush()` for all that is under way; at least 1. @default 5_000 */
  readonly closeTimeoutMs?: number;
  /** Ask for string, number and JSON flags, too (the v2 endpoint). @default false */
  readonly typedFlags?: boolean;
  /**
   * Send the user with every request for flags (`X-User-Context`). In browsers
   * the server must allow that header to other origins (CORS).
   * @default true outside browsers, false in them
   */
  readonly userContextHeader?: boolean;
  readonly retry?: RetryConfig;
  readonly circuitBreaker?: CircuitBreakerConfig;
  readonly cache?: CacheConfig;
  readonly stream?: StreamConfig;
  readonly tracking?: TrackingConfig;
  readonly telemetry?: TelemetryConfig;
  /**
   * Flags older than this are not served: callers get their default with
   * `ERROR` / `STALE`; at least 1. Unset: the last known flags serve for ever.
   */
  readonly maxStalenessMs?: number;
  /** Flags known beforehand, from server-side rendering for example: the client is ready at once and refreshes in the background. */
  readonly bootstrap?: BootstrapConfig | undefined;
  /** Stands in for the global `fetch`. */
  readonly fetch?: FetchLike;
  /** Where log lines go. @default the console */
  readonly logger?: Logger;
  /** The least important lines that are logged. @default "warn" */
  readonly logLevel?: LogLevel;
  /** Watches the client's machines: gets XState's inspection events. */
  readonly inspect?: Inspect;
  /** Stands in for the system's time, in tests. */
  readonly clock?: Clock;
  /** Stands in for `Math.random`, in tests. */
  readonly random?: Random;
}

/** Repeating a request for flags whose failure may pass; the delay is `min(baseDelayMs · 2ⁿ, maxDelayMs)` ± jitter. */
export interface RetryConfig {
  /** Attempts after the first one; 0 for none. @default 3 */
  readonly maxRetries?: number;
  /** At least 1; unsent events back off from it, too. @default 100 */
  readonly baseDelayMs?: number;
  /** At least 1. @default 10_000 */
  readonly maxDelayMs?: number;
  /** Share of the delay by which it may be longer or shorter, 0 to 1. @default 0.1 */
  readonly jitterFactor?: number;
}

/** Leaving a failing server alone. */
export interface CircuitBreakerConfig {
  /** Failed attempts within the window that open the circuit; at least 1. @default 5 */
  readonly failureThreshold?: number;
  /** How long it stays open before a probe; also how often a refused key is tried again; at least 1. @default 30_000 */
  readonly recoveryTimeoutMs?: number;
  /** The time in which failures add up; at least 1. @default 60_000 */
  readonly monitoringWindowMs?: number;
  /** Successful probes that close it; at least 1. @default 3 */
  readonly successThreshold?: number;
}

/** Keeping flags for the next start. */
export interface CacheConfig {
  /** Flags younger than this are fresh; 0: never. @default 300_000 */
  readonly ttlMs?: number;
  /** Persisted flags older than this serve only after the server failed. Not less than `ttlMs`, which it follows if it is. @default 3_600_000 */
  readonly staleTtlMs?: number;
  /**
   * Ask the server in the background also when stored flags are younger than
   * `ttlMs`. `false`: `init()` and `identify()` then make no request, unless a
   * stream is enabled. @default true
   */
  readonly revalidateFresh?: boolean;
  /** Node: the file to keep flags in. Unset: memory only. Browsers ignore it. */
  readonly persistPath?: string;
  /** A storage of your own, which wins over `persistPath`; `false` switches IndexedDB off. @default IndexedDB in browsers */
  readonly storage?: FlagStorage | false;
}

/** Reconnecting: each wait is drawn from d/2 to 3d/2, d = `min(reconnectMaxDelayMs, reconnectBaseDelayMs · 2ⁿ)`. */
export interface StreamConfig {
  /** At least 1. @default 1_000 */
  readonly reconnectBaseDelayMs?: number;
  /** At least 1. @default 30_000 */
  readonly reconnectMaxDelayMs?: number;
  /** Silence after which the stream counts as dead; at least 1. @default 300_000 */
  readonly idleTimeoutMs?: number;
  /** Spreads the fetches that follow a change over this time, for large fleets; 0: fetch at once. @default 0 */
  readonly changeJitterMs?: number;
}

/** Sending conversion events. */
export interface TrackingConfig {
  /**
   * The longest an event waits before it is sent; less than 10 counts as 10. 0: until
   * a batch is full, or the app asks by `flush()`, `flushEvents()` or `close()`; a
   * batch that fails waits for the next of these. @default 30_000
   */
  readonly flushIntervalMs?: number;
  /** Events that are sent without waiting longer, and the most in one request; at least 1. @default 100 */
  readonly maxBufferSize?: number;
  /** Unsent events kept; beyond it the oldest go. At least 1; a smaller one lowers `maxBufferSize` to itself. @default 10_000 */
  readonly maxQueueSize?: number;
  /** Keep unsent events beyond this process, beside `cache.persistPath`, else in the storage unless it is shared; one of them must exist. @default false */
  readonly persist?: boolean;
  /** `false`: `track()` refuses everything. @default true */
  readonly enabled?: boolean;
}

/** Reporting how often each flag was evaluated. */
export interface TelemetryConfig {
  /** Time between two reports; less than 10 counts as 10. 0: only when the app asks. @default 60_000 */
  readonly flushIntervalMs?: number;
  /** `false`: nothing is counted or sent. @default true */
  readonly enabled?: boolean;
}

/** Flags known before the first answer. */
export interface BootstrapConfig {
  /** The value of each flag for the current user, by key. */
  readonly flags?: Readonly<Record<string, JsonValue>>;
  readonly reasons?: Readonly<Record<string, EvaluationReason>>;
  /** What a value alone does not say, as `client.toBootstrap()` writes it. */
  readonly details?: Readonly<Record<string, BootstrapDetail>>;
  /** Rules, which also answer for other users. */
  readonly rules?: BootstrapRules;
}

/** What else there is to say of a flag that is known beforehand. */
export interface BootstrapDetail {
  /** Of a flag that is not boolean: on or off. Absent: on, unless the value is `false`. */
  readonly on?: boolean;
  /** The flag serves JSON, although this value is a text, a number or a boolean. */
  readonly type?: "json";
  readonly variationId?: string;
}

/** A rule set as a server streams it (`rules-full`): answers for every user. */
export interface BootstrapRules {
  readonly version: string;
  /** The rules of each flag, by key. */
  readonly flags: Readonly<Record<string, unknown>>;
}

/** The part of `fetch` that the package uses. */
export type FetchLike = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Watches machines: a function or an observer, such as XState's `createActor` takes. */
export type Inspect = Inspector | ((event: InspectionEvent, client: InspectedClient) => void);

/** An observer of machines. What it throws is an `error` event (`LISTENER_FAILED`), nothing more. */
export interface Inspector {
  /** Gets XState's inspection events, unabridged, and what else there is to know of their client. */
  next?(event: InspectionEvent, client: InspectedClient): void;
  /** Nothing more comes from that client: the inspector was detached. */
  detached?(client: InspectedClient): void;
}

/** What an inspector may know of a client beside its machines. The object is the same in every call. */
export interface InspectedClient {
  /** How the client stands now; made anew by each call. */
  facts(): InspectedFacts;
}

/** The books of a client: numbers, and no one's data. */
export interface InspectedFacts {
  /** Flags of the current user in hand. */
  readonly flagCount: number;
  /** Where they came from; `default` when there are none. */
  readonly source: Source;
  readonly stale: boolean;
  /** As `getVersion()` says. */
  readonly flagsVersion: number;
  readonly overrides: number;
  /** Conversion events, as `getEventStats()` counts them; `dropped` for whatever reason. */
  readonly accepted: number;
  readonly delivered: number;
  readonly pending: number;
  readonly dropped: number;
  readonly refused: number;
  /** Evaluations that no telemetry report has carried yet; 0 with telemetry switched off. */
  readonly evaluations: number;
}

type Complete<T> = Readonly<Required<T>>;

/** Options that stay `undefined` when they are not given. */
type Undecided = "maxStalenessMs" | "bootstrap" | "fetch" | "logger" | "inspect" | "clock";

/**
 * The configuration as the rest of the package sees it: checked, complete and
 * frozen. What can be `undefined` has no default, or one that depends on the platform.
 * @internal
 */
export interface ResolvedConfig
  extends Complete<Omit<RollgateConfig, Undecided | "cache">>,
    Readonly<{ [K in Undecided]: RollgateConfig[K] | undefined }> {
  readonly retry: Complete<RetryConfig>;
  readonly circuitBreaker: Complete<CircuitBreakerConfig>;
  readonly cache: Complete<Pick<CacheConfig, "ttlMs" | "staleTtlMs" | "revalidateFresh">> & {
    readonly persistPath: string | undefined;
    readonly storage: FlagStorage | false | undefined;
  };
  readonly stream: Complete<StreamConfig>;
  readonly tracking: Complete<TrackingConfig>;
  readonly telemetry: Complete<TelemetryConfig>;
}
