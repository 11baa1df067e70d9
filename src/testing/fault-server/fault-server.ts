import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Answer, accepts, type Script, type When } from "./answer";
import { Arrivals } from "./arrivals";
import { addCounts, type EvaluationCounts } from "./evaluation-counts";
import { type EventBooks, keepBooks, type ReceivedEvent } from "./event-books";
import { openStream, type ServerStream } from "./event-stream";
import { healthyBody, isBareStream } from "./healthy";
import { type Route, receive, type ServerRequest } from "./request";
import { Scripts } from "./scripts";
import { writeAnswer } from "./write-answer";

/** What {@link createFaultServer} takes; everything may be left out. */
export interface FaultServerOptions {
  /** What every user gets, by key. @default none */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** What faults with a probability are drawn from; the same seed, the same faults. @default 1 */
  readonly seed?: number;
  /** Whether flags are answered with an `ETag`, and 304 where it still holds. @default true */
  readonly etags?: boolean;
}

/** Pages of any origin may ask, and see what they need. */
const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "ETag, Retry-After",
} as const;
const PREFLIGHT = {
  ...CORS,
  "Access-Control-Allow-Methods": "GET, POST",
  "Access-Control-Allow-Headers": "authorization, content-type, if-none-match, x-user-context",
} as const;

/**
 * A Rollgate server on a real socket of the loopback whose every answer a test decides.
 * By itself it is healthy: it serves {@link flags}, holds streams open, and keeps what is
 * sent to it.
 */
export class FaultServer {
  /** What every user gets, by key; what is no boolean is a typed flag. Streams are not told. */
  flags: Readonly<Record<string, unknown>>;
  readonly #etags: boolean;
  readonly #scripts: Scripts;
  #log: ServerRequest[] = [];
  readonly #byRoute = new Map<Route, Arrivals<ServerRequest>>();
  readonly #streams = new Arrivals<ServerStream>();
  readonly #open = new Set<ServerStream>();
  readonly #sockets = new Set<Socket>();
  readonly #events: ReceivedEvent[] = [];
  readonly #evaluations = new Map<string, EvaluationCounts>();
  #http: Server | undefined;
  #port = 0;
  #held = 0;

  /** Use {@link createFaultServer}, which also starts it. */
  constructor({ flags = {}, seed = 1, etags = true }: FaultServerOptions = {}) {
    this.flags = flags;
    this.#etags = etags;
    this.#scripts = new Scripts(seed);
  }

  /** What `baseUrl` of a client is set to. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  // What it answers

  /**
   * Sets what a route answers from now on; with `when`, those requests alone. Of several
   * that would answer, the latest with `when` does.
   * @throws ConfigurationError for a route or condition that makes no sense.
   */
  answer(route: Route | "*", script: Script, when?: When): void {
    this.#scripts.set(route, script, when);
  }

  /** Sets what a route answers next, once each, before anything else. */
  answerOnce(route: Route | "*", ...scripts: Script[]): void {
    this.#scripts.queue(route, scripts);
  }

  /** Forgets what {@link answer} and {@link answerOnce} set, for all routes without one. */
  restore(route: Route | "*" = "*"): void {
    this.#scripts.forget(route);
  }

  /** Changes one flag and tells the open streams, as a server does. */
  setFlag(key: string, value: unknown): void {
    this.flags = { ...this.flags, [key]: value };
    const enabled = value !== false;
    for (const stream of this.#open) stream.event("flag-changed", { key, enabled });
  }

  /** Refuses connections, and breaks the open ones off. */
  refuse(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#http === undefined) return resolve();
      this.#http.close(() => resolve());
      this.#http = undefined;
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  /** Listens again, at the same port. */
  async accept(): Promise<void> {
    if (this.#http !== undefined) return;
    const http = createServer((incoming, response) => {
      response.on("error", () => {});
      this.#serve(incoming, response).catch(() => incoming.socket.destroy());
    });
    http.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#http = http;
    http.listen(this.#port, "127.0.0.1");
    await once(http, "listening");
    this.#port = (http.address() as AddressInfo).port;
  }

  /** Stops listening, and breaks off every connection. */
  close(): Promise<void> {
    return this.refuse();
  }

  // What it saw

  /** All requests so far in order, or those of one route. */
  requests(route?: Route): readonly ServerRequest[] {
    return [...(route === undefined ? this.#log : this.#arrivals(route).items)];
  }

  /** How many requests of a route there were. */
  count(route: Route): number {
    return this.#arrivals(route).count;
  }

  /** The nth request of a route, from 1; waits for it. */
  request(route: Route, nth: number): Promise<ServerRequest> {
    return this.#arrivals(route).nth(nth);
  }

  /** The nth stream that was opened, from 1; waits for it. */
  stream(nth: number): Promise<ServerStream> {
    return this.#streams.nth(nth);
  }

  /** All streams that were opened so far, in order; also those that are gone. */
  streams(): readonly ServerStream[] {
    return [...this.#streams.items];
  }

  /**
   * Forgets requests, streams and events so far, for runs so long that they would fill
   * memory. Counts and numbers go on.
   */
  forget(): void {
    this.#log = [];
    this.#events.length = 0;
    this.#streams.forget();
    for (const arrivals of this.#byRoute.values()) arrivals.forget();
  }

  /** How many connections are open. */
  connections(): number {
    return this.#sockets.size;
  }

  /**
   * How many requests wait for an answer that is held back: by a gate, a delay, or because
   * it hangs, stalls or drips. Virtual time does not wait for those, see {@link passTime}.
   */
  get held(): number {
    return this.#held;
  }

  /** The conversion events that it kept, in the order they came. */
  get events(): readonly ReceivedEvent[] {
    return [...this.#events];
  }

  /** How often each flag was evaluated, by the reports that it kept. */
  get evaluations(): Readonly<Record<string, EvaluationCounts>> {
    return Object.fromEntries(this.#evaluations);
  }

  /**
   * What became of events: none missing, none twice, in order?
   * @param expected the name of each, in the order they were tracked
   * @param nameOf how an event is named; unset: by its `eventName`
   */
  eventBooks(
    expected: readonly string[],
    nameOf: (event: ReceivedEvent) => string = ({ eventName }) => eventName,
  ): EventBooks {
    return keepBooks(this.#events, expected, nameOf);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #arrivals(route: Route): Arrivals<ServerRequest> {
    const known = this.#byRoute.get(route);
    if (known !== undefined) return known;
    const arrivals = new Arrivals<ServerRequest>();
    this.#byRoute.set(route, arrivals);
    return arrivals;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (incoming.method === "OPTIONS") return void response.writeHead(204, PREFLIGHT).end();
    const request = await receive(incoming, response, (route) => this.count(route));
    // Chosen on arrival: a test that saw the request may script the next one.
    const script = this.#scripts.choose(request);
    this.#log.push(request);
    this.#arrivals(request.route).add(request);
    const answer = typeof script === "function" ? await script(request) : script;
    await this.#holding(request, answer);
    if (accepts(answer)) this.#keep(request);
    for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
    if (isBareStream(request, answer)) return this.#openStream(request, response, answer);
    await this.#reply(request, response, answer);
  }

  /** Waits as the answer asks for; counted for as long as the client waits, too. */
  async #holding(request: ServerRequest, answer: Answer): Promise<void> {
    const { gate, delayMs = 0, delivery } = answer;
    const hangs = delivery === "hang" || delivery === "stall" || delivery === "drip";
    if (gate === undefined && !hangs && delayMs === 0) return;
    this.#held++;
    const left = request.ended.then(() => {});
    const release = () => this.#held--;
    if (hangs) return void left.then(release);
    const delayed = new Promise<void>((resolve) => setTimeout(resolve, delayMs));
    await Promise.race([Promise.all([gate?.opened, delayed]), left]);
    release();
  }

  #keep(request: ServerRequest): void {
    if (request.route === "events") {
      this.#events.push(...(request.json() as { events: ReceivedEvent[] }).events);
    }
    if (request.route === "telemetry") addCounts(this.#evaluations, request.json());
  }

  async #reply(request: ServerRequest, response: ServerResponse, answer: Answer): Promise<void> {
    const body = answer.body ?? healthyBody(request, answer, this.flags);
    const text =
      typeof body === "string" || body instanceof Uint8Array || body === undefined
        ? body
        : JSON.stringify(body);
    response.setHeader("Content-Type", "application/json");
    const etag = answer.etag ?? this.#etagOf(request, answer, text);
    if (etag !== undefined) response.setHeader("ETag", etag);
    if (
      answer.etag === undefined &&
      etag !== undefined &&
      etag === request.headers["if-none-match"]
    ) {
      return void response.writeHead(304).end();
    }
    await writeAnswer(response, answer, text);
  }

  /** Names the flags of a healthy answer. */
  #etagOf({ route }: ServerRequest, answer: Answer, text: unknown): string | undefined {
    const { status, body, flags, headers, delivery } = answer;
    if (!this.#etags || route !== "flags") return undefined;
    if ([status, body, flags, headers, delivery].some((part) => part !== undefined))
      return undefined;
    return `"${createHash("sha256").update(String(text)).digest("hex").slice(0, 16)}"`;
  }

  #openStream(request: ServerRequest, response: ServerResponse, answer: Answer): void {
    const framing = typeof answer.stream === "object" ? answer.stream : {};
    response.writeHead(200, { "Content-Type": "text/event-stream", ...answer.headers });
    const stream = openStream(request, response, framing);
    this.#open.add(stream);
    stream.closed.then(() => this.#open.delete(stream));
    this.#streams.add(stream);
  }
}

/**
 * Starts a Rollgate server on a free port of the loopback whose faults a test decides.
 * Close it after the test, or declare it with `await using`. Node only.
 * @example
 * const server = await createFaultServer({ flags: { beta: true } });
 * server.answer("flags", FAULTS.unavailable, { probability: 0.3 });
 * server.answer("events", FAULTS.lostAnswer, { requests: [2] });
 */
export async function createFaultServer(options: FaultServerOptions = {}): Promise<FaultServer> {
  const server = new FaultServer(options);
  await server.accept();
  return server;
}
