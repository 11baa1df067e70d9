import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal";

/** One request, as handlers see it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Aborted when the connection is gone. */
  readonly signal: AbortSignal;
}

/** @throws Refusal 400 when the request target is no URL */
export function parseTarget(request: IncomingMessage): URL {
  const target = request.url ?? "/";
  // A target such as `//x` would be read as a host.
  const text = target.startsWith("/") ? `http://localhost${target}` : target;
  if (!URL.canParse(text)) throw new Refusal(400, { message: "The request target is no URL." });
  return new URL(text);
}
