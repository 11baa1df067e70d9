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
  #current: Batch | undefined;

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
    const events = this.#queue.peek(
      Math.min(limit, this.#batchSize),
      this.#keepalive ? KEEPALIVE_BYTES : MAX_BODY_BYTES,
      (event) => {
        const text = eventJson(event);
        texts.push(text);
        return utf8Length(text) + 1;
      },
    );
    const size = events.length;
    const batch: Batch = {
      size,
      post: async (signal) => {
        const answer = await this.#http.request({
          method: "POST",
          path: "/api/v1/sdk/events",
          body: `{"events":[${texts.slice(0, size).join(",")}]}`,
          ...(this.#keepalive && { keepalive: true }),
          signal,
        });
        return { received: readReceived(answer.body) };
      },
      settle: (delivered) => {
        if (this.#current !== batch) return;
        this.#queue.commit(delivered);
        this.#queue.reject(size - delivered);
      },
      putBack: () => {
        if (this.#current === batch) this.#queue.putBack();
      },
    };
    this.#current = batch;
    return batch;
  }
}
