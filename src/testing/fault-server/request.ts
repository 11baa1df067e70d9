import type { IncomingMessage, ServerResponse } from "node:http";

/** `v2` is the route of typed flags, `other` any path that is not of the protocol. */
export type Route = "flags" | "v2" | "identify" | "stream" | "events" | "telemetry" | "other";

const PATHS: Readonly<Record<string, Route>> = {
  "/api/v1/sdk/flags": "flags",
  "/api/v1/sdk/v2/flags": "v2",
  "/api/v1/sdk/identify": "identify",
  "/api/v1/sdk/stream": "stream",
  "/api/v1/sdk/events": "events",
  "/api/v1/sdk/telemetry": "telemetry",
};

export const ROUTES: readonly Route[] = [...Object.values(PATHS), "other"];

/** A request as it arrived. */
export interface ServerRequest {
  readonly route: Route;
  /** Which one it is of its route, from 1. */
  readonly nth: number;
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly query: URLSearchParams;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The body, parsed. */
  json(): unknown;
  /** The user in `X-User-Context`, if it was sent. */
  readonly userContext: unknown;
  /** How it ended: the answer went out in full, or the connection broke before. */
  readonly ended: Promise<"answered" | "aborted">;
}

/** Reads a request to its end. */
export async function receive(
  incoming: IncomingMessage,
  response: ServerResponse,
  count: (route: Route) => number,
): Promise<ServerRequest> {
  const ended = new Promise<"answered" | "aborted">((resolve) => {
    response.on("close", () => resolve(response.writableFinished ? "answered" : "aborted"));
  });
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString("utf8");
  const url = incoming.url ?? "";
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const route = PATHS[pathname] ?? "other";
  const context = incoming.headers["x-user-context"];
  return {
    route,
    nth: count(route) + 1,
    method: incoming.method ?? "",
    url,
    query: searchParams,
    headers: incoming.headers,
    body,
    json: () => JSON.parse(body),
    userContext:
      typeof context === "string"
        ? JSON.parse(Buffer.from(context, "base64").toString("utf8"))
        : undefined,
    ended,
  };
}
