import type { Batch, BatchPorts } from "../actors/send-batch";
import { isNetworkError, isTimeoutError } from "../errors";
import type { Http, HttpAnswer } from "../http";
import { eventJson, readReceived } from "../protocol";
import type { EventQueue, TrackedEvent } from "../tracking";
import { utf8Length } from "../tracking/utf8-length";

/** What browsers let a page have under way with `keepalive`. */
const KEEPALIVE_QUOTA = 64 * 1_024;
/** The most in one body of it: headers count, too. */
const KEEPALIVE_BYTES = 60 * 1_024;
/** Servers and proxies commonly refuse bodies beyond a mebibyte. */
const MAX_BODY_BYTES = 900 * 1_024;

/** Turns the event queue into batches for the flush loop. */
export class EventSender implements BatchPorts {
  readonly batchSize: number;
  readonly #queue: EventQueue<TrackedEvent>;
  readonly #http: Http;
  readonly #keepalive: boolean;
  /** Bytes that are under way with `keepalive`; more than the quota and the browser refuses. */
  #flyingBytes = 0;
  /** Of those that came back last. */
  #landedBytes = 0;

  constructor(
    queue: EventQueue<TrackedEvent>,
    http: Http,
    options: { readonly batchSize: number; readonly keepalive: boolean },
  ) {
    this.#queue = queue;
    this.#http = http;
    this.batchSize = options.batchSize;
    this.#keepalive = options.keepalive;
  }

  get pending(): number {
    return this.#queue.size;
  }

  next(limit: number): Batch {
    const texts: string[] = [];
    const taken = this.#queue.take(
      Math.min(limit, this.batchSize),
      this.#keepalive ? KEEPALIVE_BYTES - this.#flyingBytes : MAX_BODY_BYTES,
      (event) => {
        const text = eventJson(event);
        texts.push(text);
        return utf8Length(text) + 1;
      },
    );
    const size = taken.events.length;
    const body = `{"events":[${texts.slice(0, size).join(",")}]}`;
    return {
      size,
      post: async (signal) => {
        const bytes = utf8Length(body);
        this.#flyingBytes += bytes;
        try {
          const answer = await this.#post(body, bytes, signal);
          return { received: readReceived(answer.body) };
        } finally {
          this.#flyingBytes -= bytes;
          this.#landedBytes = bytes;
        }
      },
      settle: (delivered) => taken.settle(delivered),
      putBack: () => taken.putBack(),
    };
  }

  async #post(body: string, bytes: number, signal: AbortSignal): Promise<HttpAnswer> {
    const send = (keepalive: boolean) =>
      this.#http.request({
        method: "POST",
        path: "/api/v1/sdk/events",
        body,
        ...(keepalive && { keepalive }),
        signal,
      });
    const crowded = this.#keepalive && this.#landedBytes + bytes > KEEPALIVE_QUOTA;
    try {
      return await send(this.#keepalive);
    } catch (error) {
      // Browsers give the quota back some time after the answer was read, and
      // refuse at once what does not fit: such a body has not left the page.
      if (!crowded || !isNetworkError(error) || isTimeoutError(error)) throw error;
      return send(false);
    }
  }
}
