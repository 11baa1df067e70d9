export { LOG_LEVELS, type Logger, type LogLevel } from "./logger";
export { createSafeLogger } from "./safe";
