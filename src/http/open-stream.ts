import { networkErrorFrom } from "../errors/from-failure";
import { InvalidResponseError } from "../errors/invalid-response-error";
import { createRedactor } from "../errors/redact";
import { RollgateError } from "../errors/rollgate-error";
import { headerOf } from "./headers";
import { failureOf, isRedirect, redirectError } from "./judge";
import { discardBody } from "./read-body";
import { buildUrl } from "./url";

/** A request for an event stream. */
export interface StreamRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** How event streams are opened. */
export interface OpenStreamOptions {
  readonly streamUrl: string;
  readonly apiKey: string;
  readonly sdkHeaders: boolean;
  readonly version: string;
  /** Wall time in milliseconds, for `Retry-After` dates. */
  readonly now: () => number;
  /** Makes the request, without following redirects; absent: `fetch` does. */
  readonly send?: ((request: StreamRequest) => Promise<Response>) | undefined;
  /** The platform's own when absent, looked up at each request. */
  readonly fetch?: typeof fetch | undefined;
  /** Whether to keep out of the browser's cache and cookies. */
  readonly browser: boolean;
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
  const privacy = options.browser ? ({ cache: "no-store", credentials: "omit" } as const) : {};

  function send(request: StreamRequest): Promise<Response> {
    if (options.send !== undefined) return options.send(request);
    const doFetch = options.fetch ?? globalThis.fetch;
    const { url, ...init } = request;
    return doFetch(url, { ...init, ...privacy, redirect: "manual" });
  }

  return async (attempt: StreamAttempt): Promise<ReadableStream<Uint8Array> | undefined> => {
    const { userId, keyIn, signal } = attempt;
    const url = buildUrl(streamUrl, "/api/v1/sdk/stream", {
      user_id: userId,
      token: keyIn === "query" ? apiKey : undefined,
    });
    try {
      const response = await send({
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
