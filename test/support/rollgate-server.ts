/**
 * A Rollgate server whose every answer a test decides, over real sockets.
 *
 * ```ts
 * const server = await startRollgateServer();              // closed after the test
 * server.flags = { beta: true };                           // what the default answer holds
 * server.answer("flags", { status: 503 });                 // from now on
 * server.answerOnce("flags", { status: 429 }, { body: "{" }); // the next two, in order, before that
 * server.restore("flags");                                 // the default answer again
 *
 * const gate = createGate();
 * server.answerOnce("flags", { gate, flags: { a: true } }); // answered when `gate.open()` is called
 *
 * const second = await server.request("flags", 2);         // the 2nd request there, now or when it comes
 * await second.ended;                                      // "answered", or "aborted" by the client
 * server.count("flags");                                   // how many so far
 *
 * const stream = await server.stream(1);                   // the 1st stream that was opened
 * stream.event("flag-changed", { key: "beta", enabled: true });
 * stream.send("retry: 100\n\n");  stream.end();  stream.drop();  await stream.closed;
 *
 * await server.refuse();                                   // refuses connections, the open ones break off
 * await server.accept();                                   // listens again, at the same port
 * ```
 *
 * Routes: `flags` (v1), `v2` (typed flags), `identify`, `stream`, `events`,
 * `telemetry`, and `other` for any other path. Without a script the flag routes
 * answer `server.flags`, `stream` opens a silent stream, and the POSTs succeed.
 */
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach } from "vitest";

export type Route = "flags" | "v2" | "identify" | "stream" | "events" | "telemetry" | "other";

/** Holds answers back until it is opened. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export interface Answer {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes as they are, anything else as JSON. */
  readonly body?: unknown;
  /** Short for a body of `{ flags, reasons }`; on `v2`, `{ flags }`. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly reasons?: Readonly<Record<string, unknown>>;
  /** Short for the `ETag` header. */
  readonly etag?: string;
  /** The answer waits until this is open. */
  readonly gate?: Gate;
  /** An event stream, which {@link RollgateServer.stream} then hands out. */
  readonly stream?: boolean;
  /** Breaks the connection off instead of answering. */
  readonly reset?: boolean;
  /** Does the answering itself: drips, truncated bodies and the like. */
  readonly raw?: (response: ServerResponse, socket: Socket) => void | Promise<void>;
}

/** What a route says: always the same, or made from the request. */
export type Script = Answer | ((request: ServerRequest) => Answer | Promise<Answer>);

/** A request as it arrived. */
export interface ServerRequest {
  readonly route: Route;
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body, parsed. */
  json(): unknown;
  /** The user in `X-User-Context`, if it was sent. */
  readonly userContext: unknown;
  /** How it ended: the answer went out in full, or the connection broke before. */
  readonly ended: Promise<"answered" | "aborted">;
}

/** One open event stream, seen from the server. */
export interface ServerStream {
  readonly request: ServerRequest;
  /** Sends bytes as they are. */
  send(text: string | Uint8Array): void;
  event(name: string, data: unknown): void;
  /** Ends it properly. */
  end(): void;
  /** Breaks it off. */
  drop(): void;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
}

export interface RollgateServer {
  /** Without trailing slash. */
  readonly url: string;
  /** What the flag routes answer by default; on `v2` booleans become typed flags. */
  flags: Readonly<Record<string, unknown>>;
  /** Sets what a route answers from now on. */
  answer(route: Route, script: Script): void;
  /** Sets what a route answers next, once each, before anything else. */
  answerOnce(route: Route, ...scripts: Script[]): void;
  /** Forgets the scripts of a route, of all routes without one. */
  restore(route?: Route): void;
  /** All requests so far in order, or those of one route. */
  requests(route?: Route): readonly ServerRequest[];
  count(route: Route): number;
  /** The nth request of a route, from 1; waits for it. */
  request(route: Route, nth: number): Promise<ServerRequest>;
  /** The nth stream that was opened, from 1; waits for it. */
  stream(nth: number): Promise<ServerStream>;
  /** How many connections are open right now. */
  connections(): number;
  /** Refuses connections and breaks the open ones off. */
  refuse(): Promise<void>;
  /** Listens again at the same port. */
  accept(): Promise<void>;
  /** Stops listening and destroys every connection; also done after each test. */
  close(): Promise<void>;
}

const running = new Set<RollgateServer>();

afterEach(async () => {
  await Promise.all([...running].map((server) => server.close()));
});

export function createGate(): Gate {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Starts a server on a free port of the loopback; it is closed after the test. */
export async function startRollgateServer(
  flags: Readonly<Record<string, unknown>> = {},
): Promise<RollgateServer> {
  const server = new ScriptedServer(flags);
  await server.accept();
  running.add(server);
  return server;
}

const ROUTES: Readonly<Record<string, Route>> = {
  "/api/v1/sdk/flags": "flags",
  "/api/v1/sdk/v2/flags": "v2",
  "/api/v1/sdk/identify": "identify",
  "/api/v1/sdk/stream": "stream",
  "/api/v1/sdk/events": "events",
  "/api/v1/sdk/telemetry": "telemetry",
};

/** A list whose later items can be waited for. */
class Arrivals<T> {
  readonly items: T[] = [];
  readonly #waiters: { readonly nth: number; readonly resolve: (item: T) => void }[] = [];

  add(item: T): void {
    this.items.push(item);
    for (const { nth, resolve } of this.#waiters) {
      if (nth === this.items.length) resolve(item);
    }
  }

  nth(nth: number): Promise<T> {
    const item = this.items[nth - 1];
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => this.#waiters.push({ nth, resolve }));
  }
}

class ScriptedServer implements RollgateServer {
  flags: Readonly<Record<string, unknown>>;
  #http: Server | undefined;
  #port = 0;
  readonly #all: ServerRequest[] = [];
  readonly #byRoute = new Map<Route, Arrivals<ServerRequest>>();
  readonly #streams = new Arrivals<ServerStream>();
  readonly #scripts = new Map<Route, Script>();
  readonly #next = new Map<Route, Script[]>();
  readonly #sockets = new Set<Socket>();

  constructor(flags: Readonly<Record<string, unknown>>) {
    this.flags = flags;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  answer(route: Route, script: Script): void {
    this.#scripts.set(route, script);
  }

  answerOnce(route: Route, ...scripts: Script[]): void {
    this.#next.set(route, [...(this.#next.get(route) ?? []), ...scripts]);
  }

  restore(route?: Route): void {
    for (const one of route === undefined
      ? [...this.#scripts.keys(), ...this.#next.keys()]
      : [route]) {
      this.#scripts.delete(one);
      this.#next.delete(one);
    }
  }

  requests(route?: Route): readonly ServerRequest[] {
    return [...(route === undefined ? this.#all : this.#arrivals(route).items)];
  }

  count(route: Route): number {
    return this.#arrivals(route).items.length;
  }

  request(route: Route, nth: number): Promise<ServerRequest> {
    return this.#arrivals(route).nth(nth);
  }

  stream(nth: number): Promise<ServerStream> {
    return this.#streams.nth(nth);
  }

  connections(): number {
    return this.#sockets.size;
  }

  async accept(): Promise<void> {
    const http = createServer((incoming, response) => {
      response.on("error", () => {});
      this.#serve(incoming, response).catch(() => incoming.socket.destroy());
    });
    http.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
    });
    http.listen(this.#port, "127.0.0.1");
    await once(http, "listening");
    this.#http = http;
    this.#port = (http.address() as AddressInfo).port;
  }

  refuse(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#http === undefined) return resolve();
      this.#http.close(() => resolve());
      this.#http = undefined;
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  async close(): Promise<void> {
    running.delete(this);
    await this.refuse();
  }

  #arrivals(route: Route): Arrivals<ServerRequest> {
    const known = this.#byRoute.get(route);
    if (known !== undefined) return known;
    const arrivals = new Arrivals<ServerRequest>();
    this.#byRoute.set(route, arrivals);
    return arrivals;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await receive(incoming, response);
    // Chosen on arrival: a test that saw the request may script the next one.
    const script = this.#next.get(request.route)?.shift() ?? this.#scripts.get(request.route) ?? {};
    this.#all.push(request);
    this.#arrivals(request.route).add(request);
    const answer = typeof script === "function" ? await script(request) : script;
    await answer.gate?.opened;
    if (answer.reset) return void incoming.socket.destroy();
    if (answer.raw !== undefined) return answer.raw(response, incoming.socket);
    if (answer.stream ?? (request.route === "stream" && isBare(answer))) {
      return this.#openStream(request, response, answer);
    }
    const headers = {
      "Content-Type": "application/json",
      ...(answer.etag !== undefined && { ETag: answer.etag }),
      ...answer.headers,
    };
    response.writeHead(answer.status ?? 200, headers).end(this.#bodyOf(request, answer));
  }

  #bodyOf(request: ServerRequest, answer: Answer): string | Uint8Array | undefined {
    const { body, status = 200 } = answer;
    if (typeof body === "string" || body instanceof Uint8Array) return body;
    if (body !== undefined) return JSON.stringify(body);
    if (status === 204 || status === 304) return undefined;
    if (status !== 200) return JSON.stringify({ error: { message: `Status ${status}.` } });
    return JSON.stringify(this.#success(request, answer));
  }

  #success(request: ServerRequest, { flags = this.flags, reasons }: Answer): unknown {
    switch (request.route) {
      case "flags":
        return { flags, ...(reasons && { reasons }) };
      case "v2":
        return { flags: Object.fromEntries(Object.entries(flags).map(typed)) };
      case "events":
        return { received: (request.json() as { events: unknown[] }).events.length };
      case "telemetry":
        return { received: 1 };
      default:
        return { success: true };
    }
  }

  #openStream(request: ServerRequest, response: ServerResponse, answer: Answer): void {
    response.writeHead(200, { "Content-Type": "text/event-stream", ...answer.headers });
    response.flushHeaders();
    const closed = new Promise<void>((resolve) => response.on("close", resolve));
    this.#streams.add({
      request,
      closed,
      send: (text) => void response.write(text),
      event: (name, data) =>
        void response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`),
      end: () => void response.end(),
      drop: () => void response.socket?.destroy(),
    });
  }
}

async function receive(
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<ServerRequest> {
  const ended = new Promise<"answered" | "aborted">((resolve) => {
    response.on("close", () => resolve(response.writableFinished ? "answered" : "aborted"));
  });
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString("utf8");
  const url = incoming.url ?? "";
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const context = incoming.headers["x-user-context"];
  return {
    route: ROUTES[pathname] ?? "other",
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

/** Whether a stream's script leaves the answer as it is by default. */
function isBare({ status, body }: Answer): boolean {
  return status === undefined && body === undefined;
}

function typed([key, value]: [string, unknown]): [string, unknown] {
  if (typeof value !== "boolean") return [key, value];
  return [key, { key, type: "boolean", value, enabled: true }];
}
