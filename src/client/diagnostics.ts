import type { ResolvedConfig } from "../config";
import { DEFAULTS } from "../config/defaults";
import type { ErrorCategory, RollgateError } from "../errors";
import type { Source } from "../flags/types";
import type { EventStats, TelemetryStats } from "../tracking";
import { VERSION } from "../version";
import type { EvaluationMode } from "./flag-store";
import type { Services } from "./services";
import type { TransitionRecorder } from "./transition-recorder";
import type { CacheStats, CircuitStats, ClientState, Transition } from "./types";

/**
 * What a bug report needs, as plain JSON: `client.exportDiagnostics()`. It holds
 * no key, no user, no flag and no text that an app or a server wrote, apart from
 * the addresses that the client was configured with. `npx rollgate replay` shows it.
 */
export interface DiagnosticsReport {
  /** Tells the file from others. */
  readonly format: "rollgate-diagnostics";
  /** Version of the SDK. */
  readonly sdk: string;
  /** `node v20.20.2`, or what the browser calls itself. */
  readonly runtime: string;
  /** When it was made, in milliseconds since the epoch. */
  readonly at: number;
  /** The options in force; what could be secret, or is no plain value, as `"[given]"`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly state: ClientState;
  readonly flags: FlagsInHand;
  readonly circuit: CircuitStats;
  readonly cache: CacheStats;
  readonly events: EventStats;
  readonly telemetry: TelemetryStats;
  /** The last errors that were reported, oldest first, without their messages. */
  readonly errors: readonly ReportedError[];
  /** The last state changes of all machines, oldest first. */
  readonly transitions: readonly Transition[];
}

/** What is in hand for the current user, without keys and values. */
export interface FlagsInHand {
  readonly count: number;
  readonly mode: EvaluationMode;
  readonly version: number;
  readonly stale: boolean;
  readonly overrides: number;
  readonly source?: Source;
  readonly updatedAt?: number;
}

/** One error, as far as it says nothing about anybody. */
export interface ReportedError {
  readonly at: number;
  readonly name: string;
  readonly category: ErrorCategory;
  /** Of errors that no answer of a server caused. */
  readonly code?: string;
  readonly statusCode?: number;
}

/** What stands behind a client, as far as a report tells of it. */
interface Behind {
  readonly config: ResolvedConfig;
  readonly services: Services;
  readonly errors: readonly ReportedError[];
  readonly recorder: TransitionRecorder;
}

/** What a client says of itself. */
interface Account {
  readonly mode: EvaluationMode;
  getState(): ClientState;
  getCircuitStats(): CircuitStats;
  getCacheStats(): CacheStats;
  getEventStats(): EventStats;
  getTelemetryStats(): TelemetryStats;
}

/** Puts a report together. */
export function makeReport(
  { config, services, errors, recorder }: Behind,
  client: Account,
): DiagnosticsReport {
  const { set, version, stale, overrideCount } = services.store;
  return {
    format: "rollgate-diagnostics",
    sdk: VERSION,
    runtime: services.platform.runtime,
    at: services.clock.now(),
    config: redactConfig(config),
    state: client.getState(),
    flags: {
      count: set?.flags.size ?? 0,
      mode: client.mode,
      version,
      stale,
      overrides: overrideCount,
      ...(set && { source: set.source, updatedAt: set.confirmedAt }),
    },
    circuit: client.getCircuitStats(),
    cache: client.getCacheStats(),
    events: client.getEventStats(),
    telemetry: client.getTelemetryStats(),
    errors: [...errors],
    transitions: recorder.transitions,
  };
}

/** Options whose text is nobody's secret: an address may hold no credentials. */
const PLAIN_TEXTS: ReadonlySet<string> = new Set(["baseUrl", "streamUrl", "logLevel"]);

/** The options in force, fit for a public place. */
function redactConfig(config: object): Record<string, unknown> {
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, redacted(name, value)]));
}

function redacted(name: string, value: unknown): unknown {
  if (typeof value === "number" || typeof value === "boolean" || PLAIN_TEXTS.has(name))
    return value;
  // Groups of options are ours; into what an app gave nobody looks.
  const isGroup = typeof (DEFAULTS as Record<string, unknown>)[name] === "object";
  return isGroup ? redactConfig(value as object) : "[given]";
}

/** How many errors are remembered. */
const ERRORS = 20;

/** Adds an error to those that are remembered. Its message and a server's code may hold anything. */
export function rememberError(errors: ReportedError[], error: RollgateError, at: number): void {
  const { name, category, statusCode, code } = error;
  errors.push({ at, name, category, ...(statusCode === undefined ? { code } : { statusCode }) });
  if (errors.length > ERRORS) errors.shift();
}
