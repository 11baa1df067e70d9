import { printable } from "../../dev-server/format-request";
import {
  AuthenticationError,
  ConfigurationError,
  InvalidResponseError,
  NetworkError,
  RollgateError,
} from "../../errors";
import { createRedactor } from "../../errors/redact";
import { Failure } from "../failure";
import { UsageError } from "../usage-error";

/**
 * Turns what a request rejected with into what to tell: a `Failure`, or a
 * `UsageError` when the key cannot be one. Never holds the key, even when the
 * server sends it back. Anything unexpected stays what it is.
 *
 * @param origin of the server
 */
export function explainFailure(error: unknown, origin: string, apiKey: string): unknown {
  if (error instanceof ConfigurationError) {
    return new UsageError("--api-key holds characters that cannot be sent.");
  }
  const sentence = sentenceFor(error, origin);
  if (sentence === undefined) return error;
  return new Failure(printable(createRedactor([apiKey])(sentence), 500));
}

function sentenceFor(error: unknown, origin: string): string | undefined {
  if (error instanceof DOMException) return `${origin} gave no complete answer in time.`;
  if (!(error instanceof RollgateError)) return undefined;
  const { message, statusCode } = error;
  if (error instanceof NetworkError) return message;
  if (error instanceof AuthenticationError) {
    return `${origin} refuses the API key (status ${statusCode}).`;
  }
  if (error.code === "REDIRECTED") return message.replace("baseUrl", "--url");
  if (error instanceof InvalidResponseError) return `${origin} gave no usable answer: ${message}`;
  return `${origin} answered with status ${statusCode}: ${message}`;
}
