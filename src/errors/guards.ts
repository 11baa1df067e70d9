import { AuthenticationError } from "./authentication-error";
import { CircuitOpenError } from "./circuit-open-error";
import { ConfigurationError } from "./configuration-error";
import { InvalidResponseError } from "./invalid-response-error";
import { NetworkError } from "./network-error";
import { NotFoundError } from "./not-found-error";
import { RateLimitError } from "./rate-limit-error";
import { RollgateError } from "./rollgate-error";
import { ServerError } from "./server-error";
import { TimeoutError } from "./timeout-error";
import { ValidationError } from "./validation-error";

/** Whether `error` is any error of this package. */
export function isRollgateError(error: unknown): error is RollgateError {
  return error instanceof RollgateError;
}

/** Whether `error` is an {@link AuthenticationError}. */
export function isAuthenticationError(error: unknown): error is AuthenticationError {
  return error instanceof AuthenticationError;
}

/** Whether `error` is a {@link CircuitOpenError}. */
export function isCircuitOpenError(error: unknown): error is CircuitOpenError {
  return error instanceof CircuitOpenError;
}

/** Whether `error` is a {@link ConfigurationError}. */
export function isConfigurationError(error: unknown): error is ConfigurationError {
  return error instanceof ConfigurationError;
}

/** Whether `error` is an {@link InvalidResponseError}. */
export function isInvalidResponseError(error: unknown): error is InvalidResponseError {
  return error instanceof InvalidResponseError;
}

/** Whether `error` is a {@link NetworkError}; a {@link TimeoutError} is one, too. */
export function isNetworkError(error: unknown): error is NetworkError {
  return error instanceof NetworkError;
}

/** Whether `error` is a {@link NotFoundError}. */
export function isNotFoundError(error: unknown): error is NotFoundError {
  return error instanceof NotFoundError;
}

/** Whether `error` is a {@link RateLimitError}. */
export function isRateLimitError(error: unknown): error is RateLimitError {
  return error instanceof RateLimitError;
}

/** Whether `error` is a {@link ServerError}. */
export function isServerError(error: unknown): error is ServerError {
  return error instanceof ServerError;
}

/** Whether `error` is a {@link TimeoutError}. */
export function isTimeoutError(error: unknown): error is TimeoutError {
  return error instanceof TimeoutError;
}

/** Whether `error` is a {@link ValidationError}. */
export function isValidationError(error: unknown): error is ValidationError {
  return error instanceof ValidationError;
}
