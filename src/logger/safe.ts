import type { Redact } from "../errors/redact";
import { consoleLogger } from "./console";
import { LOG_LEVELS, type Logger, type LogLevel } from "./logger";

/** What {@link createSafeLogger} is made of. */
export interface SafeLoggerOptions {
  /** The app's logger; the console when absent. */
  readonly logger?: Logger | undefined;
  readonly level: LogLevel;
  /** Hides secrets in everything that is logged. */
  readonly redact: Redact;
}

/**
 * Makes the logger that the package uses: it drops what is below `level`, hides
 * secrets, and never throws, whatever the app's logger does.
 *
 * Of the details, strings are redacted, errors become their redacted message,
 * and other objects their redacted JSON.
 */
export function createSafeLogger(options: SafeLoggerOptions): Logger {
  const { logger = consoleLogger, level, redact } = options;
  const threshold = LOG_LEVELS.indexOf(level);

  function at(name: Exclude<LogLevel, "silent">): Logger[typeof name] {
    if (LOG_LEVELS.indexOf(name) < threshold) return () => {};
    return (message, ...details) => {
      try {
        const returned: unknown = logger[name](
          redact(message),
          ...details.map((detail) => redactDetail(detail, redact)),
        );
        // An async logger's rejection would be an unhandled one.
        if (returned !== undefined) Promise.resolve(returned).catch(() => {});
      } catch {
        // There is nowhere left to report to.
      }
    };
  }

  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function redactDetail(detail: unknown, redact: Redact): unknown {
  if (typeof detail === "string") return redact(detail);
  if (detail instanceof Error) return redact(`${detail.name}: ${detail.message}`);
  if (typeof detail === "object" && detail !== null) return redact(toJson(detail, redact));
  return detail;
}

function toJson(value: object, redact: Redact): string {
  try {
    // Escaping could disguise a secret that contains a quote, hence the texts one by one.
    return String(
      JSON.stringify(value, (_, inner) => (typeof inner === "string" ? redact(inner) : inner)),
    );
  } catch {
    return "[object that JSON cannot carry]";
  }
}
