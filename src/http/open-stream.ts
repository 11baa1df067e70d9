import { networkErrorFrom } from "../errors/from-failure";
import { InvalidResponseError } from "../errors/invalid-response-error";
import { createRedactor } from "../errors/redact";
import { RollgateError } from "../errors/rollgate-error";
import { headerOf } from "./headers";
import { failureOf, isRedirect, redirectError } from "./judge";
import { discardBody } from "./read-body";
import { buildUrl } from "./url";

/** How event streams are opened. */
export interface OpenStreamOptions {
  readonly streamUrl: string;
  readonly apiKey: string;
  readonly sdkHeaders: boolean;
  readonly version: string;
  /** Wall time in milliseconds, for `Retry-After` dates. */
  readonly now: () => number;
  /** Makes the request; redirects must not be followed. */
  readonly send: (request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  }) => Promise<Response>;
}

/** One request for the event stream. */
export interface StreamAttempt {
  readonly userId: string | undefined;
  /** Some servers take the key only from the query, as `EventSource` sends it. */
  readonly keyIn: "header" | "query";
  readonly signal: AbortSignal;
}

/**
 * Opens event streams, one attempt each. Resolves with the stream's bytes, or with
 * nothing when the server wants no stream (204); rejects with one of the package's errors.
 */
export function createStreamOpener(options: OpenStreamOptions) {
  const { streamUrl, apiKey, now } = options;
  const redact = createRedactor([apiKey]);

  return async (attempt: StreamAttempt): Promise<ReadableStream<Uint8Array> | undefined> => {
    const { userId, keyIn, signal } = attempt;
    const url = buildUrl(streamUrl, "/api/v1/sdk/stream", {
      user_id: userId,
      token: keyIn === "query" ? apiKey : undefined,
    });
    try {
      const response = await options.send({
        url,
        headers: {
          accept: "text/event-stream",
          ...(keyIn === "header" && { authorization: `Bearer ${apiKey}` }),
          ...(options.sdkHeaders && {
            "x-sdk-name": "rollgate-typescript",
            "x-sdk-version": options.version,
          }),
        },
        signal,
      });
      if (isRedirect(response)) throw redirectError(response, url, redact);
      if (response.status === 204) return undefined;
      if (response.status !== 200) throw await failureOf(response, signal, now, redact);
      const type = headerOf(response, "content-type") ?? "";
      if (!type.toLowerCase().startsWith("text/event-stream") || response.body === null) {
        discardBody(response);
        throw new InvalidResponseError("The stream's answer is no event stream.", {
          statusCode: 200,
        });
      }
      return response.body;
    } catch (error) {
      if (error instanceof RollgateError) throw error;
      throw networkErrorFrom(error, "The stream could not be opened", redact);
    }
  };
}
