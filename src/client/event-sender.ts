import type { Batch } from "../actors/send-batch";
import type { Http } from "../http";
import { eventJson, readReceived } from "../protocol";
import type { EventQueue, TrackedEvent } from "../tracking";
import { utf8Length } from "../tracking/utf8-length";

/** Browsers let a page have 64 KiB under way when it ends; the envelope takes its part. */
export const KEEPALIVE_BYTES = 60 * 1_024;
/** Servers and proxies commonly refuse bodies beyond a mebibyte. */
const MAX_BODY_BYTES = 900 * 1_024;

/** Turns the event queue into batches for the flush loop. */
export class EventSender {
  readonly #queue: EventQueue<TrackedEvent>;
  readonly #http: Http;
  readonly #batchSize: number;
  readonly #keepalive: boolean;
  /** Bytes that are under way with `keepalive`; more than the quota and the browser refuses. */
  #flyingBytes = 0;

  constructor(
    queue: EventQueue<TrackedEvent>,
    http: Http,
    options: { readonly batchSize: number; readonly keepalive: boolean },
  ) {
    this.#queue = queue;
    this.#http = http;
    this.#batchSize = options.batchSize;
    this.#keepalive = options.keepalive;
  }

  next(limit: number): Batch {
    const texts: string[] = [];
    const taken = this.#queue.take(
      Math.min(limit, this.#batchSize),
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
          const answer = await this.#http.request({
            method: "POST",
            path: "/api/v1/sdk/events",
            body,
            ...(this.#keepalive && { keepalive: true }),
            signal,
          });
          return { received: readReceived(answer.body) };
        } finally {
          this.#flyingBytes -= bytes;
        }
      },
      settle: (delivered) => taken.settle(delivered),
      putBack: () => taken.putBack(),
    };
  }
}
