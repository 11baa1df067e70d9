// biome-ignore-all lint/suspicious/noConsole: the one place that writes to the console, for apps that gave no logger

import type { Logger } from "./logger";

/** Logs to the console, each line marked as this package's. */
export const consoleLogger: Logger = {
  debug: (message, ...details) => console.debug(mark(message), ...details),
  info: (message, ...details) => console.info(mark(message), ...details),
  warn: (message, ...details) => console.warn(mark(message), ...details),
  error: (message, ...details) => console.error(mark(message), ...details),
};

function mark(message: string): string {
  return `[rollgate] ${message}`;
}
