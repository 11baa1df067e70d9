import { GeneralError, type OpenFeatureError, ProviderFatalError } from "@openfeature/core";
import { isAuthenticationError } from "rollgate";

/** What the SDK is told where a client's promise was rejected. */
export function providerError(cause: unknown): OpenFeatureError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return isAuthenticationError(cause)
    ? new ProviderFatalError(message, { cause })
    : new GeneralError(message, { cause });
}
