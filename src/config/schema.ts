import { custom, optional, strictObject } from "valibot";
import { LOG_LEVELS, type Logger, type LogLevel } from "../logger/logger";
import type { FlagStorage } from "../storage/storage";
import type { Random } from "../time/backoff";
import type { Clock } from "../time/clock";
import type {
  BootstrapConfig,
  BootstrapRules,
  FetchLike,
  Inspect,
  RollgateConfig,
} from "./config.types";
import { DEFAULTS } from "./defaults";
import {
  aBoolean,
  aFunction,
  aRecord,
  duration,
  hasMethods,
  isDictionary,
  isObject,
  options,
  withMethods,
} from "./kinds";
import { normalUrl } from "./url";

const { baseUrl, logLevel, retry, circuitBreaker, cache, stream, tracking, telemetry, ...plain } =
  DEFAULTS;

const text = (pattern: RegExp, expected: string) =>
  custom<string>((value) => typeof value === "string" && pattern.test(value), expected);

const url = custom<string>(
  (value) => normalUrl(value) !== undefined,
  "an http(s) URL without credentials, query or hash",
);

const storage = custom<FlagStorage | false>(
  (value) =>
    value === false ||
    (hasMethods(value, ["get", "set", "delete"]) && saysWell(value as FlagStorage)),
  "false or an object with methods get, set, delete",
);

function saysWell({ shared = false, timeoutMs = 1 }: FlagStorage): boolean {
  return typeof shared === "boolean" && Number.isFinite(timeoutMs) && timeoutMs >= 1;
}

/** Every option with its check and its default; names that are not listed are refused. */
export const configSchema = strictObject({
  ...options(plain),
  // Nothing else fits into a header; a line break in it would be worse than an error.
  apiKey: text(/^[!-~]+$/, "a non-empty string of visible ASCII characters"),
  baseUrl: optional(url, baseUrl),
  streamUrl: optional(url),
  userContextHeader: optional(aBoolean),
  retry: optional(strictObject(options(retry)), {}),
  circuitBreaker: optional(strictObject(options(circuitBreaker)), {}),
  cache: optional(
    strictObject({
      ...options(cache),
      persistPath: optional(text(/./, "a non-empty string")),
      storage: optional(storage),
    }),
    {},
  ),
  stream: optional(strictObject(options(stream)), {}),
  tracking: optional(strictObject(options(tracking)), {}),
  telemetry: optional(strictObject(options(telemetry)), {}),
  maxStalenessMs: optional(duration(1)),
  bootstrap: optional(
    strictObject({
      flags: optional(aRecord<NonNullable<BootstrapConfig["flags"]>>()),
      reasons: optional(aRecord<NonNullable<BootstrapConfig["reasons"]>>()),
      details: optional(aRecord<NonNullable<BootstrapConfig["details"]>>()),
      rules: optional(
        custom<BootstrapRules>(
          (value) =>
            isObject(value) && typeof value["version"] === "string" && isDictionary(value["flags"]),
          "{ version, flags }, as a server streams rules",
        ),
      ),
    }),
  ),
  fetch: optional(aFunction<FetchLike>()),
  logger: optional(withMethods<Logger>("debug", "info", "warn", "error")),
  logLevel: optional(
    custom<LogLevel>((value) => LOG_LEVELS.includes(value as LogLevel), LOG_LEVELS.join(", ")),
    logLevel,
  ),
  inspect: optional(custom<Inspect>(isObject, "a function or an observer")),
  clock: optional(withMethods<Clock>("now", "monotonic", "setTimeout", "clearTimeout")),
  random: optional(aFunction<Random>()),
} satisfies Record<keyof RollgateConfig, unknown>);
