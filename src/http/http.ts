import ky from "ky";
import { ConfigurationError } from "../errors/configuration-error";
import { networkErrorFrom } from "../errors/from-failure";
import { createRedactor } from "../errors/redact";
import { RollgateError } from "../errors/rollgate-error";
import { abortError, untilAborted } from "./abort";
import { headerOf, isHeaderValue, sendableHeaders } from "./headers";
import { failureOf, isRedirect, readJson, redirectError, unaskedError } from "./judge";
import { discardBody } from "./read-body";
import { buildUrl, originOf, type Query } from "./url";

/** What every request to one server has in common. */
export interface HttpOptions {
  /** May have a path and a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** The platform's own when absent, looked up at each request. */
  readonly fetch?: typeof fetch | undefined;
  /** Longest body taken, in bytes after decompression. */
  readonly maxResponseBytes: number;
  /** Whether to introduce the SDK by `X-SDK-Name` and `X-SDK-Version`. */
  readonly sdkHeaders: boolean;
  /** Whether to keep out of the browser's cache and cookies. */
  readonly browser: boolean;
  /** Wall time in milliseconds, for `Retry-After` dates. */
  readonly now: () => number;
  /** The SDK's own version. */
  readonly version: string;
}

/** One request, to be tried once. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  /** Begins with a slash. */
  readonly path: string;
  readonly query?: Query | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** JSON text. */
  readonly body?: string | undefined;
  readonly keepalive?: boolean | undefined;
  readonly signal: AbortSignal;
}

/** An answer with status 2xx or 304. */
export interface HttpAnswer {
  readonly status: number;
  readonly etag: string | undefined;
  /** Parsed JSON; `undefined` when there was no body. */
  readonly body: unknown;
}

/** The way to one server. */
export interface Http {
  /**
   * Makes one attempt. A 304 is an answer only to a request with `If-None-Match`.
   * Whether the body is what the protocol says is for the caller to judge.
   *
   * Rejects with one of the package's errors, or with an `AbortError` as soon as
   * `signal` aborts.
   */
  request(request: HttpRequest): Promise<HttpAnswer>;
}

/** Opens the way to one server; nothing is sent yet. */
export function createHttp(options: HttpOptions): Http {
  const { baseUrl, apiKey, maxResponseBytes, now } = options;
  const redact = createRedactor([apiKey]);
  const origin = originOf(baseUrl) ?? "the server";
  const authorization = `Bearer ${apiKey}`;
  const common = {
    authorization,
    accept: "application/json",
    ...(options.sdkHeaders && {
      "x-sdk-name": "rollgate-typescript",
      "x-sdk-version": options.version,
    }),
  };
  const privacy = options.browser ? ({ cache: "no-store", credentials: "omit" } as const) : {};

  function send(request: HttpRequest, url: string): Promise<Response> {
    // Taken out of `options`: browsers refuse to run fetch as a method of something else.
    const doFetch = options.fetch ?? globalThis.fetch;
    const { method, body, keepalive, signal } = request;
    const init: RequestInit = {
      ...privacy,
      method,
      redirect: "manual",
      signal,
      ...(body !== undefined && { body }),
      ...(keepalive !== undefined && { keepalive }),
    };
    const headers = new Headers(sendableHeaders(request.headers ?? {}));
    for (const [name, value] of Object.entries(common)) headers.set(name, value);
    if (body !== undefined) headers.set("content-type", "application/json");
    return ky(url, {
      method,
      headers,
      retry: 0,
      timeout: false,
      throwHttpErrors: false,
      // Address and plain object are what every implementation takes; a `Request` of another copy of undici is not.
      fetch: async (input) => {
        const { url: address, headers: all } = input as Request;
        return doFetch(address, { ...init, headers: Object.fromEntries(all) });
      },
    });
  }

  /** It is remembered and persisted, which must not happen to a key that a server echoes. */
  function etagOf(response: Response): string | undefined {
    const etag = headerOf(response, "etag");
    return etag !== undefined && redact(etag) === etag ? etag : undefined;
  }

  async function attempt(request: HttpRequest): Promise<HttpAnswer> {
    if (!isHeaderValue(authorization)) {
      throw new ConfigurationError("apiKey holds characters that cannot be sent.", "apiKey");
    }
    const { signal } = request;
    const url = buildUrl(baseUrl, request.path, request.query);
    let what = `No answer from ${origin}`;
    try {
      const response = await send(request, url);
      if (signal.aborted) {
        discardBody(response);
        throw abortError();
      }
      what = `The answer from ${origin} broke off`;
      const { status } = response;
      if (isRedirect(response)) throw redirectError(response, url, redact);
      if (status === 304 && request.headers?.["If-None-Match"] === undefined) {
        throw unaskedError(response);
      }
      const etag = etagOf(response);
      if (status === 204 || status === 304) {
        discardBody(response);
        return { status, etag, body: undefined };
      }
      if (status < 200 || status > 299) throw await failureOf(response, signal, now, redact);
      return { status, etag, body: await readJson(response, maxResponseBytes, signal) };
    } catch (error) {
      throw error instanceof RollgateError ? error : networkErrorFrom(error, what, redact);
    }
  }

  return { request: (request) => untilAborted(request.signal, () => attempt(request)) };
}
