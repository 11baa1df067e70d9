import type { IncomingMessage } from "node:http";
import { isLoopbackOrigin } from "./loopback";
import type { Reply } from "./reply";

/** Headers that let pages of this machine, on any port, read an answer of the SDK's endpoints. */
export function corsHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const { origin } = request.headers;
  if (!isLoopbackOrigin(origin)) return { Vary: "Origin" };
  return {
    Vary: "Origin",
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Expose-Headers": "ETag, Retry-After",
  };
}

/** The answer to a preflight for an endpoint that takes `method`. */
export function preflight(method: string): Reply {
  return {
    status: 204,
    headers: {
      "Access-Control-Allow-Methods": `${method}, OPTIONS`,
      "Access-Control-Allow-Headers": "authorization, content-type, if-none-match, x-user-context",
      "Access-Control-Max-Age": "600",
    },
  };
}
