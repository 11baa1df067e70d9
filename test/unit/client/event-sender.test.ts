import { expect, test } from "vitest";
import { EventSender } from "../../../src/client/event-sender";
import { NetworkError, TimeoutError } from "../../../src/errors";
import type { Http, HttpRequest } from "../../../src/http";
import { createEventQueue, type TrackedEvent } from "../../../src/tracking";

const event = (text: string): TrackedEvent => ({
  flagKey: "f",
  eventName: "e",
  userId: "u",
  variationId: undefined,
  value: undefined,
  metadata: { text },
  timestamp: 0,
});

/** A sender in a browser, whose requests fail as told, in turn. */
function sender(...failures: (Error | undefined)[]) {
  const queue = createEventQueue<TrackedEvent>({ maxQueueSize: 1_000 });
  const sent: HttpRequest[] = [];
  const http: Http = {
    async request(request) {
      sent.push(request);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return { status: 200, etag: undefined, body: { received: 1 } };
    },
  };
  const { signal } = new AbortController();
  const events = new EventSender(queue, http, { batchSize: 1_000, keepalive: true });
  const post = (text: string) => {
    queue.push(event(text));
    const batch = events.next(1_000);
    return batch.post(signal).then(
      () => batch.settle(batch.size),
      (error) => {
        batch.putBack();
        throw error;
      },
    );
  };
  return { post, sent, keepalives: () => sent.map(({ keepalive }) => keepalive === true) };
}

const LARGE = "x".repeat(30_000);
const HUGE = "x".repeat(50_000);
const refused = new NetworkError("refused by the browser");

test("a body that the browser refuses right after a large one goes out without keepalive", async () => {
  const { post, sent, keepalives } = sender(undefined, refused);
  await post(HUGE);
  await post(LARGE);
  expect(keepalives()).toEqual([true, true, false]);
  expect(sent[2]?.body).toBe(sent[1]?.body);
});

test("where both fit into the quota a network failure is one", async () => {
  const { post, keepalives } = sender(undefined, refused);
  await post(LARGE);
  await expect(post(LARGE)).rejects.toBe(refused);
  expect(keepalives()).toEqual([true, true]);
});

test("a first body, and one that timed out, are not sent again", async () => {
  const first = sender(refused);
  await expect(first.post(HUGE)).rejects.toBe(refused);
  expect(first.sent).toHaveLength(1);
  const late = new TimeoutError("too late");
  const second = sender(undefined, late);
  await second.post(HUGE);
  await expect(second.post(LARGE)).rejects.toBe(late);
  expect(second.sent).toHaveLength(2);
});
