import { once as onceEmitted } from "node:events";
import { connect, type Socket } from "node:net";
import { createParser } from "eventsource-parser";
import { afterEach } from "vitest";
import {
  type DevServer,
  type DevServerOptions,
  type FlagDefinition,
  startDevServer,
} from "../../../src/dev-server";

const running: DevServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

/** Starts a server that is closed after the test. */
export async function serve(
  flags: Record<string, FlagDefinition> | string,
  options: Omit<DevServerOptions, "flags"> = {},
): Promise<DevServer> {
  const server = await startDevServer({
    ...options,
    flags: typeof flags === "string" ? flags : { flags },
  });
  running.push(server);
  return server;
}

/** Requests an SDK endpoint with the key. */
export function call(server: DevServer, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${server.url}/api/v1/sdk/${path}`, {
    redirect: "manual",
    ...init,
    headers: { Authorization: "Bearer dev-key", ...(init.headers as Record<string, string>) },
  });
}

/** Posts JSON, or a text as it is. */
export function post(server: DevServer, path: string, body: unknown): Promise<Response> {
  return call(server, path, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** Opens a socket and sends a text as it is. */
export async function send(server: DevServer, text: string): Promise<Socket> {
  const socket = connect(server.port, "127.0.0.1");
  await onceEmitted(socket, "connect");
  socket.write(text);
  return socket;
}

/** The protocol's error body. */
export interface ErrorDetails {
  readonly code: string;
  readonly category: string;
  readonly message: string;
  readonly field?: string;
  readonly retryable: boolean;
}

/** What an answer says is wrong. */
export async function errorOf(response: Response): Promise<ErrorDetails> {
  return ((await response.json()) as { error: ErrorDetails }).error;
}

/** The flags that a query gives. */
export async function flagsOf(server: DevServer, query = ""): Promise<Record<string, boolean>> {
  const response = await call(server, `flags?${query}`);
  return ((await response.json()) as { flags: Record<string, boolean> }).flags;
}

/** Requests a control endpoint, as a program of this machine does. */
export function control(
  server: DevServer,
  path: string,
  method = "GET",
  body?: unknown,
): Promise<Response> {
  return fetch(`${server.url}/__rollgate/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** What a stream says, one message at a time. */
export interface StreamReader {
  readonly response: Response;
  /** The next event, as `[name, data]`, or comment, as `[":", text]`. Rejects when the stream breaks off. */
  next(): Promise<[string, unknown]>;
  close(): void;
}

/** Opens a stream. */
export async function stream(
  server: DevServer,
  query = "",
  headers: Record<string, string> = {},
): Promise<StreamReader> {
  const abort = new AbortController();
  const response = await call(server, `stream?${query}`, { signal: abort.signal, headers });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const waiting: [string, unknown][] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => waiting.push([event ?? "message", JSON.parse(data)]),
    onComment: (text) => waiting.push([":", text]),
  });
  const next = async (): Promise<[string, unknown]> => {
    for (;;) {
      const message = waiting.shift();
      if (message !== undefined) return message;
      const chunk = await reader?.read();
      if (chunk?.value === undefined) throw new Error("The stream ended.");
      parser.feed(chunk.value);
    }
  };
  return { response, next, close: () => abort.abort() };
}

/** The next payload of one of the server's own events. */
export function once<Name extends Parameters<DevServer["on"]>[0]>(
  server: DevServer,
  name: Name,
): Promise<Parameters<Parameters<typeof server.on<Name>>[1]>[0]> {
  return new Promise((resolve) => {
    const stop = server.on(name, (payload) => {
      stop();
      resolve(payload);
    });
  });
}
