import { onTestFinished } from "vitest";
import { createHttp, type Http, type HttpOptions, type HttpRequest } from "../../../src/http";
import { createRawServer, type RawHandler, type RawServer } from "../../support/raw-server";

export const KEY = "sb_server_0123456789abcdef";
export const NOW = Date.UTC(2024, 0, 1, 12, 0, 0);

/** Starts a server that lives as long as the test. */
export async function serve(handler: RawHandler): Promise<RawServer> {
  const server = await createRawServer(handler);
  onTestFinished(() => server.close());
  return server;
}

export function httpTo(baseUrl: string, options: Partial<HttpOptions> = {}): Http {
  return createHttp({
    baseUrl,
    apiKey: KEY,
    maxResponseBytes: 100_000,
    sdkHeaders: true,
    browser: false,
    now: () => NOW,
    version: "1.2.3",
    ...options,
  });
}

/** The smallest request; `request` adds to it. */
export function get(request: Partial<HttpRequest> = {}): HttpRequest {
  return { method: "GET", path: "/flags", signal: new AbortController().signal, ...request };
}

/** What a promise rejects with; fails when it does not reject. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("error" in outcome) return outcome.error as Error;
  throw new Error(`resolved with ${JSON.stringify(outcome.value)}`);
}

/** Every string that can be reached from an error, its stack included. */
export function everythingIn(error: unknown, seen = new Set<unknown>()): string {
  if (typeof error !== "object" || error === null || seen.has(error)) return String(error);
  seen.add(error);
  return Reflect.ownKeys(error)
    .map((key) => everythingIn(Reflect.get(error, key), seen))
    .join("\n");
}
