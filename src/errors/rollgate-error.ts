/** What an error is about; a switch over it needs no class checks. */
export type ErrorCategory =
  | "auth"
  | "validation"
  | "not_found"
  | "rate_limit"
  | "server"
  | "network"
  | "circuit"
  | "response"
  | "configuration"
  | "storage"
  | "client";

/** The fields that every error of this package carries. */
export interface RollgateErrorOptions {
  /** Stable machine-readable code; the server's own when it sent one. */
  readonly code?: string;
  readonly category?: ErrorCategory;
  /** HTTP status, when an answer was received. */
  readonly statusCode?: number;
  /** Whether the same request may succeed later without a change by the caller. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/**
 * Base of everything this package throws, rejects with or emits as `error`.
 * Thrown itself for the client's own states: `NOT_INITIALIZED`, `CLIENT_CLOSED`,
 * `OFFLINE`, `LISTENER_FAILED`, `STORAGE_FAILED`, `CACHE_ENTRY_IGNORED`, `UNEXPECTED`;
 * by the dev server: `PORT_IN_USE`, `LISTEN_FAILED`.
 */
export class RollgateError extends Error {
  override readonly name: string = "RollgateError";
  readonly code: string;
  readonly category: ErrorCategory;
  declare readonly statusCode?: number;
  readonly retryable: boolean;

  constructor(message: string, options: RollgateErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code ?? "ROLLGATE_ERROR";
    this.category = options.category ?? "client";
    if (options.statusCode !== undefined) this.statusCode = options.statusCode;
    this.retryable = options.retryable ?? false;
  }
}
