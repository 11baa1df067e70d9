/** Where the package's own log lines go; `console` is one, and so are most logging libraries. */
export interface Logger {
  debug(message: string, ...details: unknown[]): void;
  info(message: string, ...details: unknown[]): void;
  warn(message: string, ...details: unknown[]): void;
  error(message: string, ...details: unknown[]): void;
}

/** The least important messages that are logged; `silent` logs none. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** All levels, from the most talkative. */
export const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];
