/**
 * A Rollgate service behind an app's own `fetch`: no sockets, so that every answer
 * and every moment is in the test's hands.
 *
 * ```ts
 * const service = new ScriptedService((request) => request.answer(json({ flags: {} })));
 * const service = new ScriptedService();          // answers wait in service.requests
 * service.open("flags")[0]?.answer(status(503));
 * service.open("stream")[0]?.begin(EVENT_STREAM).write(sse("init", { flags: {} }));
 * ```
 */
import type { FetchLike } from "../../src";

export const CHANNELS = ["flags", "identify", "stream", "events", "telemetry"] as const;
export type Channel = (typeof CHANNELS)[number];

export const EVENT_STREAM: ResponseInit = { headers: { "content-type": "text/event-stream" } };

export const json = (body: unknown, init?: ResponseInit) => Response.json(body, init);

export const status = (code: number, headers?: Record<string, string>) =>
  new Response(code === 204 || code === 304 ? null : "refused", {
    status: code,
    ...(headers && { headers }),
  });

export const sse = (event: string, data: unknown) =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** A body that is sent piece by piece; its request is under way until it ends. */
export interface ScriptedBody {
  write(text: string): void;
  end(): void;
  break(): void;
}

const encoder = new TextEncoder();

/** One request that arrived. */
export class ScriptedRequest {
  readonly channel: Channel;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly #text: string | undefined;
  readonly response: Promise<Response>;
  /** The answer so far, when it was begun. */
  body: ScriptedBody | undefined;
  /** The client gave it up. */
  isAborted = false;
  #isOver = false;
  readonly #over: (request: ScriptedRequest) => void;
  readonly #resolve: (response: Response) => void;
  readonly #reject: (error: unknown) => void;

  constructor(url: URL, init: RequestInit, over: (request: ScriptedRequest) => void) {
    this.channel = url.pathname.split("/").at(-1) as Channel;
    this.query = url.searchParams;
    this.headers = init.headers as Record<string, string>;
    this.#text = init.body as string | undefined;
    this.#over = over;
    const { promise, resolve, reject } = withResolvers<Response>();
    this.response = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** The client still waits for the answer, or reads it. */
  get isOpen(): boolean {
    return !this.isAborted && !this.#isOver;
  }

  get userId(): string | undefined {
    return this.query.get("user_id") ?? undefined;
  }

  json<T>(): T {
    return JSON.parse(this.#text ?? "null");
  }

  answer(response: Response): void {
    this.#end();
    this.#resolve(response);
  }

  /** The connection breaks before there is an answer. */
  fail(error: unknown = new TypeError("fetch failed")): void {
    this.#end();
    this.#reject(error);
  }

  /** Sends the head of an answer; the body follows as the test wants it. */
  begin(init: ResponseInit): ScriptedBody {
    let sink: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        sink = controller;
      },
      cancel: () => {
        sink = undefined;
        this.#end();
      },
    });
    const finish = (act: (controller: ReadableStreamDefaultController<Uint8Array>) => void) => {
      const controller = sink;
      sink = undefined;
      this.#end();
      if (controller !== undefined) act(controller);
    };
    this.body = {
      write: (text) => sink?.enqueue(encoder.encode(text)),
      end: () => finish((controller) => controller.close()),
      break: () => finish((controller) => controller.error(new TypeError("terminated"))),
    };
    this.#resolve(new Response(stream, init));
    return this.body;
  }

  /** @param heeded whether the transport notices, as most do. */
  abort(reason: unknown, heeded: boolean): void {
    if (this.#isOver) return;
    this.isAborted = true;
    if (!heeded) return;
    if (this.body === undefined) this.fail(reason);
    else this.body.break();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#over(this);
  }
}

/** Takes a client's requests, by its option `fetch`. */
export class ScriptedService {
  /** Those that no answer has ended, given up ones included; oldest first. */
  readonly requests: ScriptedRequest[] = [];
  /** A transport that does not lets a given up request have its answer, late. */
  heedsAbort = true;
  readonly #receive: (request: ScriptedRequest) => void;

  constructor(receive: (request: ScriptedRequest) => void = () => {}) {
    this.#receive = receive;
  }

  /** Those that the client waits for. */
  open(channel: Channel): ScriptedRequest[] {
    return this.requests.filter((request) => request.isOpen && request.channel === channel);
  }

  readonly fetch: FetchLike = (input, init = {}) => {
    const request = new ScriptedRequest(new URL(String(input)), init as RequestInit, (one) => {
      const place = this.requests.indexOf(one);
      if (place >= 0) this.requests.splice(place, 1);
    });
    this.requests.push(request);
    const signal = init.signal;
    signal?.addEventListener("abort", () => request.abort(signal.reason, this.heedsAbort));
    this.#receive(request);
    return request.response;
  };
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
