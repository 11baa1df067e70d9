export { AuthenticationError } from "./authentication-error";
export { CircuitOpenError } from "./circuit-open-error";
export { ConfigurationError } from "./configuration-error";
export { ensureRollgateError } from "./ensure";
export { networkErrorFrom } from "./from-failure";
export { errorFromResponse, type FailedAnswer, isOutage, retryAfterMsOf } from "./from-response";
export {
  isAuthenticationError,
  isCircuitOpenError,
  isConfigurationError,
  isInvalidResponseError,
  isNetworkError,
  isNotFoundError,
  isRateLimitError,
  isRollgateError,
  isServerError,
  isTimeoutError,
  isValidationError,
} from "./guards";
export { InvalidResponseError } from "./invalid-response-error";
export { NetworkError } from "./network-error";
export { NotFoundError } from "./not-found-error";
export { RateLimitError } from "./rate-limit-error";
export { createRedactor, type Redact } from "./redact";
export { type ErrorCategory, RollgateError, type RollgateErrorOptions } from "./rollgate-error";
export { ServerError } from "./server-error";
export { TimeoutError } from "./timeout-error";
export { ValidationError } from "./validation-error";
