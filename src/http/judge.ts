import { errorFromResponse } from "../errors/from-response";
import { InvalidResponseError } from "../errors/invalid-response-error";
import type { Redact } from "../errors/redact";
import type { RollgateError } from "../errors/rollgate-error";
import { parseRetryAfter } from "../time/retry-after";
import { headerOf } from "./headers";
import { discardBody, readBody } from "./read-body";
import { originOf } from "./url";

/** Error bodies beyond this are cut: nobody reads on. */
export const MAX_ERROR_BODY_BYTES = 65_536;

/** Whether an answer points elsewhere; browsers hide everything else about such an answer. */
export function isRedirect({ type, status }: Response): boolean {
  return type === "opaqueredirect" || (status >= 300 && status < 400 && status !== 304);
}

/** The error for a redirect, which is never followed: the key goes nowhere else. */
export function redirectError(response: Response, url: string, redact: Redact): RollgateError {
  discardBody(response);
  const origin = originOf(headerOf(response, "location"), url);
  const where = origin === undefined ? "" : ` to ${origin}`;
  return new InvalidResponseError(
    redact(
      `The server redirects${where}, which is not followed: set baseUrl to the final address.`,
    ),
    {
      code: "REDIRECTED",
      retryable: false,
      ...(response.status > 0 && { statusCode: response.status }),
    },
  );
}

/** The error for a 304 that nobody asked for: it confirms nothing, and takes no events. */
export function unaskedError(response: Response): RollgateError {
  discardBody(response);
  return new InvalidResponseError(
    "The server answered 304 to a request that was not conditional.",
    { statusCode: 304 },
  );
}

/** The typed error for an answer that is no success; reads what its body says. */
export async function failureOf(
  response: Response,
  signal: AbortSignal,
  now: () => number,
  redact: Redact,
): Promise<RollgateError> {
  const retryAfterMs = parseRetryAfter(headerOf(response, "retry-after"), now());
  const body = await readErrorBody(response, signal);
  return errorFromResponse({ status: response.status, body, retryAfterMs }, redact);
}

/** Whatever its body does, an answer's status tells enough. */
async function readErrorBody(response: Response, signal: AbortSignal): Promise<unknown> {
  let text = "";
  try {
    ({ text } = await readBody(response, MAX_ERROR_BODY_BYTES, signal));
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The JSON of a successful answer; `undefined` when its body is empty. */
export async function readJson(
  response: Response,
  limit: number,
  signal: AbortSignal,
): Promise<unknown> {
  const { text, cut } = await readBody(response, limit, signal);
  const statusCode = response.status;
  if (cut) {
    throw new InvalidResponseError(`The answer is larger than ${limit} bytes.`, {
      code: "RESPONSE_TOO_LARGE",
      statusCode,
    });
  }
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    const what = /^\s*</.test(text) ? "HTML" : "not valid JSON";
    throw new InvalidResponseError(`The answer with status ${statusCode} is ${what}.`, {
      statusCode,
    });
  }
}
