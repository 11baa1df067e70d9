import { AuthenticationError } from "./authentication-error";
import { InvalidResponseError } from "./invalid-response-error";
import { NetworkError } from "./network-error";
import { NotFoundError } from "./not-found-error";
import { RateLimitError } from "./rate-limit-error";
import type { Redact } from "./redact";
import { RollgateError } from "./rollgate-error";
import { ServerError } from "./server-error";
import { readServerMessage } from "./server-message";
import { ValidationError } from "./validation-error";

/** An answer that is no success, as far as it could be read. */
export interface FailedAnswer {
  readonly status: number;
  /** The parsed body, or its text when it is not JSON. */
  readonly body: unknown;
  /** What `Retry-After` asked for, in milliseconds, when it was usable. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The typed error for an answer: classified by status alone, while `code`,
 * `message` and `retryable` come from the body when it has them.
 */
export function errorFromResponse(answer: FailedAnswer, redact: Redact): RollgateError {
  const { status, retryAfterMs } = answer;
  const { message = DEFAULT_MESSAGES[status] ?? defaultMessage(status), ...told } =
    readServerMessage(answer.body, redact);
  const options = { statusCode: status, ...told };
  const retryAfter = retryAfterMs === undefined ? {} : { retryAfter: retryAfterMs / 1_000 };
  switch (status) {
    case 400:
      return new ValidationError(message, options);
    case 401:
    case 403:
      return new AuthenticationError(message, options);
    case 404:
      return new NotFoundError(message, options);
    case 413:
      return new ServerError(message, { code: "PAYLOAD_TOO_LARGE", retryable: false, ...options });
    case 429:
      return new RateLimitError(message, { ...options, ...retryAfter });
    case 503:
      return new ServerError(message, { ...options, ...retryAfter });
    default:
      return isServerFault(status)
        ? new ServerError(message, options)
        : new ServerError(message, { code: "UNEXPECTED_STATUS", retryable: false, ...options });
  }
}

const DEFAULT_MESSAGES: Readonly<Record<number, string>> = {
  400: "The server called the request invalid (status 400).",
  401: "The server does not accept the API key (status 401).",
  403: "The server refuses this API key (status 403).",
  404: "The server has no such endpoint or resource (status 404).",
  413: "The request is too large for the server (status 413).",
  429: "The server limits the rate of requests (status 429).",
};

function defaultMessage(status: number): string {
  return isServerFault(status)
    ? `The server failed (status ${status}).`
    : `The server gave an unexpected answer (status ${status}).`;
}

function isServerFault(status: number): boolean {
  return status === 408 || status >= 500;
}

/**
 * Whether an attempt that ended with this error speaks for a server that is out
 * of order: no answer, none in time, 408, 429, 5xx, or an answer that makes no
 * sense. Other 4xx are the caller's doing, and an abort is ours.
 */
export function isOutage(error: unknown): boolean {
  if (error instanceof NetworkError || error instanceof InvalidResponseError) return true;
  if (!(error instanceof RollgateError) || error.statusCode === undefined) return false;
  const { statusCode } = error;
  return statusCode === 408 || statusCode === 429 || statusCode < 400 || statusCode >= 500;
}

/** Milliseconds for which the server asked for quiet, when an error carries that wish. */
export function retryAfterMsOf(error: unknown): number | undefined {
  if (!(error instanceof RateLimitError) && !(error instanceof ServerError)) return undefined;
  return error.retryAfter === undefined ? undefined : Math.round(error.retryAfter * 1_000);
}
