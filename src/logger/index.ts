export { LOG_LEVELS, type Logger, type LogLevel } from "./logger";
export { createSafeLogger, type SafeLoggerOptions } from "./safe";
